namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Evaluates encoders and ML.NET models directly.</summary>
public static class SentenceEvaluatorExtensions
{
    /// <summary>Computes the metrics of an encoder.</summary>
    /// <param name="evaluator">The evaluator.</param>
    /// <param name="encoder">The encoder.</param>
    /// <returns>The metrics.</returns>
    public static SentenceMetrics Evaluate(this ISentenceEvaluator evaluator, SentenceEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        return evaluator.Evaluate(new EncoderEmbeddingSource(encoder), CancellationToken.None);
    }

    /// <summary>Computes the metrics of an ML.NET model that turns a column of texts into a column of vectors.</summary>
    /// <param name="evaluator">The evaluator.</param>
    /// <param name="transformer">The model.</param>
    /// <param name="inputColumnName">The name of the column of texts that the model reads.</param>
    /// <param name="outputColumnName">The name of the column of vectors of Single that the model gives.</param>
    /// <returns>The metrics.</returns>
    /// <exception cref="ArgumentException">A name is empty, the model reads a column of another name, or it gives no such column of vectors.</exception>
    public static SentenceMetrics Evaluate(this ISentenceEvaluator evaluator, ITransformer transformer, string inputColumnName, string outputColumnName)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        return evaluator.Evaluate(new TransformerEmbeddingSource(transformer, inputColumnName, outputColumnName), CancellationToken.None);
    }
}
