namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Turns texts into vectors for an evaluator: an encoder, an ML.NET model, or anything else.</summary>
public interface IEmbeddingSource
{
    /// <summary>Gives the texts' vectors.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>A vector for each text, in the texts' order, all of the same length.</returns>
    public float[][] Embed(IReadOnlyList<string> texts, CancellationToken cancellationToken);
}
