namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Asks another source for each text once, however many evaluators judge by it.</summary>
internal sealed class RememberingEmbeddingSource : IEmbeddingSource
{
    private readonly IEmbeddingSource _source;
    private readonly Dictionary<string, float[]> _vectors = new(StringComparer.Ordinal);

    /// <summary>Creates a source that knows no text yet.</summary>
    public RememberingEmbeddingSource(IEmbeddingSource source) => _source = source;

    /// <inheritdoc/>
    public float[][] Embed(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        string[] unknown = [.. texts.Where(text => !_vectors.ContainsKey(text)).Distinct(StringComparer.Ordinal)];
        foreach (var (text, vector) in unknown.Zip(_source.Embed(unknown, cancellationToken)))
        {
            _vectors.Add(text, vector);
        }

        return [.. texts.Select(text => _vectors[text])];
    }
}
