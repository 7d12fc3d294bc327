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

    /// <summary>Gets a value indicating whether there is no room for another text.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
            {
                return _places.Count == _maximumTexts || _charactersLeft <= 0;
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

    /// <summary>Keeps the texts' vectors, as far as there is room.</summary>
    public void Add(IReadOnlyList<ReadOnlyMemory<char>> texts, ReadOnlySpan<float> vectors)
    {
        lock (_gate)
        {
            for (int i = 0; i < texts.Count && _places.Count < _maximumTexts; i++)
            {
                ReadOnlyMemory<char> text = texts[i];
                int place = _places.Count;

                // A copy: the text may be a slice of a block that its loader would otherwise drop.
                if (text.Length <= _charactersLeft && _places.TryAdd(text.ToString().AsMemory(), place))
                {
                    _charactersLeft -= text.Length;
                    if (place % VectorsPerSlab == 0)
                    {
                        _slabs.Add(new float[Math.Min(VectorsPerSlab, _maximumTexts - place) * _dimensions]);
                    }

                    vectors.Slice(i * _dimensions, _dimensions).CopyTo(GetVector(place));
                }
            }
        }
    }

    private Span<float> GetVector(int place) => _slabs[place / VectorsPerSlab].AsSpan(place % VectorsPerSlab * _dimensions, _dimensions);
}
