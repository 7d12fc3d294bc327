namespace Microsoft.ML.SentenceEmbedding;

/// <summary>An encoder as the source of an evaluator's vectors.</summary>
/// <remarks>The encoder stays the caller's: nothing here disposes it.</remarks>
public sealed class EncoderEmbeddingSource : IEmbeddingSource
{
    private readonly SentenceEncoder _encoder;

    /// <summary>Creates a source.</summary>
    /// <param name="encoder">The encoder.</param>
    public EncoderEmbeddingSource(SentenceEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        _encoder = encoder;
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The encoder is disposed.</exception>
    public float[][] Embed(IReadOnlyList<string> texts, CancellationToken cancellationToken) => _encoder.Encode(texts, progress: null, cancellationToken);
}
