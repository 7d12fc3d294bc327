namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>An evaluator that only has a name and a metric: a card takes the values from the log.</summary>
internal sealed class NamedEvaluator(string name, string primaryMetric) : ISentenceEvaluator
{
    public string Name => name;

    public string PrimaryMetric => primaryMetric;

    public SentenceMetrics Evaluate(IEmbeddingSource source, CancellationToken cancellationToken) => throw new InvalidOperationException("A card evaluates nothing.");
}
