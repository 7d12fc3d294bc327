namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class SentenceEmbeddingContractTests : EstimatorContract<float>
{
    private protected override string Input => nameof(TextRow.Text);

    private protected override string WrongKindInput => nameof(TextRow.Words);

    private protected override string ExpectedType => "String";

    private protected override IEstimator<ITransformer> CreateEstimator(string outputColumnName, string? inputColumnName) =>
        MLContext.Transforms.SentenceEmbedding(outputColumnName, inputColumnName, Model);

    private protected override IEstimator<ITransformer> CreatePrefix() => CreateKey();

    private protected override float[] Compute(string text) => Encoder.Encode(text);

    private protected override long GetComputedRows(ITransformer transformer) => ((SentenceEmbeddingTransformer)transformer).ComputedRows;
}
