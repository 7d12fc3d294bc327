namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Judges vectors by labeled data.</summary>
/// <remarks>Evaluators are immutable and may be used by several threads at the same time.</remarks>
public interface ISentenceEvaluator
{
    /// <summary>Gets what the data is called, such as "sts-dev"; it names the evaluator's file and its columns in logs.</summary>
    public string Name { get; }

    /// <summary>Gets the key of the metric that decides between two models, such as "spearman_cosine". Greater is better.</summary>
    public string PrimaryMetric { get; }

    /// <summary>Computes the metrics.</summary>
    /// <param name="source">What turns texts into vectors.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The metrics under the names of sentence-transformers, without the evaluator's name in front.</returns>
    public SentenceMetrics Evaluate(IEmbeddingSource source, CancellationToken cancellationToken);
}
