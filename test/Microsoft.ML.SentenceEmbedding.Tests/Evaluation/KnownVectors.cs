namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Gives vectors that were computed before.</summary>
internal sealed class KnownVectors(IReadOnlyList<string> texts, float[][] vectors) : IEmbeddingSource
{
    private readonly Dictionary<string, float[]> _vectors = texts.Zip(vectors).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);

    public float[][] Embed(IReadOnlyList<string> texts, CancellationToken cancellationToken) => [.. texts.Select(text => _vectors[text])];
}
