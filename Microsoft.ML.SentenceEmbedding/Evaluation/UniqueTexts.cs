namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The texts of an evaluator, each of them once, so that none is embedded twice.</summary>
internal sealed class UniqueTexts
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];

    /// <summary>Adds texts and gives the place of each one's vector in what <see cref="Embed"/> returns.</summary>
    /// <exception cref="ArgumentException">A text is null.</exception>
    public int[] Add(IReadOnlyList<string> texts, string parameter)
    {
        int[] places = new int[texts.Count];
        for (int i = 0; i < places.Length; i++)
        {
            string text = texts[i] ?? throw new ArgumentException($"The text at index {i} is null.", parameter);
            if (!_places.TryGetValue(text, out places[i]))
            {
                places[i] = _texts.Count;
                _places.Add(text, _texts.Count);
                _texts.Add(text);
            }
        }

        return places;
    }

    /// <summary>Gives the texts' vectors, all finite and of one length.</summary>
    /// <exception cref="ArgumentException">The source gave anything else.</exception>
    public float[][] Embed(IEmbeddingSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        float[][] vectors = source.Embed(_texts, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        VectorList.Check(vectors, _texts, nameof(source));
        return vectors;
    }
}
