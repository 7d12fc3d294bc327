namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class TokenizeSentenceContractTests : EstimatorContract<long>
{
    private protected override string Input => nameof(TextRow.Text);

    private protected override string WrongKindInput => nameof(TextRow.Words);

    private protected override string ExpectedType => "String";

    private protected override IEstimator<ITransformer> CreateEstimator(string outputColumnName, string? inputColumnName) =>
        MLContext.Transforms.TokenizeSentence(outputColumnName, inputColumnName, Model);

    private protected override IEstimator<ITransformer> CreatePrefix() => CreateKey();

    private protected override long[] Compute(string text) => [.. Encoder.Tokenize([text.AsMemory()])[0].Select(id => (long)id)];

    private protected override long GetComputedRows(ITransformer transformer) => ((TokenizeSentenceTransformer)transformer).ComputedRows;
}
