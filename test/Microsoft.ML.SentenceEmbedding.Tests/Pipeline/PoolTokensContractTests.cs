namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class PoolTokensContractTests : EstimatorContract<float>
{
    private protected override string Input => "TokenVectors";

    private protected override string WrongKindInput => nameof(TextRow.Number);

    private protected override string ExpectedType => $"Vector<Single> whose size is a multiple of {Model.TokenDimensions}";

    private protected override IEstimator<ITransformer> CreateEstimator(string outputColumnName, string? inputColumnName) =>
        MLContext.Transforms.PoolTokens(outputColumnName, inputColumnName, Model);

    private protected override IEstimator<ITransformer> CreatePrefix() => CreateKey()
        .Append(MLContext.Transforms.TokenizeSentence("Tokens", nameof(TextRow.Text), Model))
        .Append(MLContext.Transforms.ScoreTokens("TokenVectors", "Tokens", Model));

    private protected override float[] Compute(string text) => Encoder.Encode(text);

    private protected override long GetComputedRows(ITransformer transformer) => ((PoolTokensTransformer)transformer).ComputedRows;
}
