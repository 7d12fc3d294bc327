namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Finds every state worse than the one before.</summary>
internal sealed class FallingEvaluator : ISentenceEvaluator
{
    private int _calls;

    public string Name => "falling";

    public string PrimaryMetric => "score";

    public SentenceMetrics Evaluate(IEmbeddingSource source, CancellationToken cancellationToken) => new(PrimaryMetric, [new(PrimaryMetric, -_calls++)]);
}
