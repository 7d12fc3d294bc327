namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class DistillSentenceEmbeddingContractTests : EstimatorContract<float>
{
    private const string Label = "Teacher";

    private protected override string Input => nameof(TextRow.Text);

    private protected override string WrongKindInput => nameof(TextRow.Words);

    private protected override string ExpectedType => "String";

    // A rate at which no weight moves: the trained student is the one that the training begins with, whatever the data.
    private protected override IEstimator<ITransformer> CreateEstimator(string outputColumnName, string? inputColumnName) =>
        MLContext.Transforms.DistillSentenceEmbedding(new DistillSentenceEmbeddingEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            LabelColumnName = Label,
            Student = Model,
            Training = new DistillationOptions { LearningRate = 1e-30f },
        });

    private protected override IEstimator<ITransformer> CreatePrefix() => CreateKey().Append(MLContext.Transforms.SentenceEmbedding(Label, Input, Model));

    private protected override float[] Compute(string text) => Encoder.Encode(text);

    private protected override long GetComputedRows(ITransformer transformer) => ((SentenceEmbeddingTransformer)transformer).ComputedRows;
}
