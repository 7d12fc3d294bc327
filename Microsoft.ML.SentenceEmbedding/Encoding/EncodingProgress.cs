namespace Microsoft.ML.SentenceEmbedding;

/// <summary>How far an encoder has come.</summary>
/// <param name="Done">The number of texts whose vectors are computed.</param>
/// <param name="Total">The number of texts asked for.</param>
public readonly record struct EncodingProgress(int Done, int Total);
