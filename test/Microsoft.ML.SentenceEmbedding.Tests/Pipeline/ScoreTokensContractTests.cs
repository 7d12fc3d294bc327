using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class ScoreTokensContractTests : EstimatorContract<float>
{
    private protected override string Input => "Tokens";

    private protected override string WrongKindInput => "Number64";

    private protected override string ExpectedType => "Vector<Int64>";

    private protected override IEstimator<ITransformer> CreateEstimator(string outputColumnName, string? inputColumnName) =>
        MLContext.Transforms.ScoreTokens(outputColumnName, inputColumnName, Model);

    private protected override IEstimator<ITransformer> CreatePrefix() => CreateKey()
        .Append(MLContext.Transforms.Conversion.ConvertType("Number64", nameof(TextRow.Id), DataKind.Int64))
        .Append(MLContext.Transforms.TokenizeSentence("Tokens", nameof(TextRow.Text), Model));

    private protected override float[] Compute(string text) => Encoder.ScoreTokens([Encoder.Tokenize([text.AsMemory()])[0]], CancellationToken.None)[0];

    private protected override long GetComputedRows(ITransformer transformer) => ((ScoreTokensTransformer)transformer).ComputedRows;
}
