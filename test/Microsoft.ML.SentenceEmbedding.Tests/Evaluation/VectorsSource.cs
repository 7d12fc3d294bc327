namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Gives the same vectors whatever the texts are.</summary>
internal sealed class VectorsSource(params float[][] vectors) : IEmbeddingSource
{
    public float[][] Embed(IReadOnlyList<string> texts, CancellationToken cancellationToken) => vectors;
}
