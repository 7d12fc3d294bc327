namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Remembers the vectors of a bounded number of texts, for the passes that trainers make over the same data.</summary>
/// <remarks>
/// What is in stays in and what does not fit is not taken: data that is read again and again in the same order then finds as many texts as there
/// is room for, where a memo that replaces its oldest text would find none. The texts' characters are bounded as well, by
/// <see cref="AverageCharacters"/> for each text. Thread-safe.
/// </remarks>
internal sealed class EmbeddingMemo
{
    /// <summary>The number of characters a text for which there is room.</summary>
    internal const int AverageCharacters = 512;

    // Vectors are kept in large arrays: one array each would cost the collector an object a text.
    private const int VectorsPerSlab = 256;

    private readonly object _gate = new();
    private readonly int _maximumTexts;
    private readonly int _dimensions;
    private readonly Dictionary<ReadOnlyMemory<char>, int> _places = new(TextComparer.Instance);
    private readonly List<float[]> _slabs = [];
    private long _charactersLeft;

    /// <summary>Makes an empty memo; it takes memory as it fills.</summary>
    public EmbeddingMemo(int maximumTexts, int dimensions)
    {
        _maximumTexts = maximumTexts;
        _dimensions = dimensions;
        _charactersLeft = (long)maximumTexts * AverageCharacters;
    }

    /// <summary>Gets the number of texts whose vectors are kept.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _places.Count;
            }
        }
    }

    /// <summary>Copies the vectors of the texts that are known, and lists the places of those that are not.</summary>
    public void Read(ReadOnlySpan<ReadOnlyMemory<char>> texts, Span<float> destination, List<int> missing)
    {
        lock (_gate)
        {
            for (int i = 0; i < texts.Length; i++)
            {
                if (_places.TryGetValue(texts[i], out int place))
                {
                    GetVector(place).CopyTo(destination.Slice(i * _dimensions, _dimensions));
                }
                else
                {
                    missing.Add(i);
                }
            }
        }
    }

    /// <summary>Keeps the texts' vectors, as far as there is room, and tells whether there was room for all.</summary>
    /// <param name="texts">Texts that stand in the list once each.</param>
    /// <param name="vectors">Their vectors, one behind the other.</param>
    public bool TryAdd(IReadOnlyList<ReadOnlyMemory<char>> texts, ReadOnlySpan<float> vectors)
    {
        lock (_gate)
        {
            bool hasRoom = true;
            for (int i = 0; i < texts.Count; i++)
            {
                ReadOnlyMemory<char> text = texts[i];
                int place = _places.Count;
                if (place == _maximumTexts || text.Length > _charactersLeft)
                {
                    hasRoom &= _places.ContainsKey(text);
                }
                else if (_places.TryAdd(text.ToString().AsMemory(), place))
                {
                    // The key is a copy: the text may be a slice of a block that its loader would otherwise drop.
                    _charactersLeft -= text.Length;
                    if (place % VectorsPerSlab == 0)
                    {
                        _slabs.Add(new float[Math.Min(VectorsPerSlab, _maximumTexts - place) * _dimensions]);
                    }

                    vectors.Slice(i * _dimensions, _dimensions).CopyTo(GetVector(place));
                }
            }

            return hasRoom;
        }
    }

    private Span<float> GetVector(int place) => _slabs[place / VectorsPerSlab].AsSpan(place % VectorsPerSlab * _dimensions, _dimensions);
}
