namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Another evaluator that cancels the training in the middle of one of its evaluations.</summary>
internal sealed class CancelingEvaluator(ISentenceEvaluator evaluator, CancellationTokenSource cancellation, int evaluation) : ISentenceEvaluator
{
    private int _evaluations;

    public string Name => evaluator.Name;

    public string PrimaryMetric => evaluator.PrimaryMetric;

    public SentenceMetrics Evaluate(IEmbeddingSource source, CancellationToken cancellationToken)
    {
        if (_evaluations++ == evaluation)
        {
            cancellation.Cancel();
        }

        return evaluator.Evaluate(source, cancellationToken);
    }
}
