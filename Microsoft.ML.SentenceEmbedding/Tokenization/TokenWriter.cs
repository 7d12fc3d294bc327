namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Takes the tokens of a text one after the other: ids to a span, tokens with their places to a list, or only their number.</summary>
internal ref struct TokenWriter
{
    private readonly Span<int> _ids;
    private readonly List<(int Id, TextRange Range)>? _tokens;
    private readonly int _limit;

    /// <summary>Initializes a new instance of the <see cref="TokenWriter"/> struct that writes ids, as many as the span holds.</summary>
    public TokenWriter(Span<int> ids)
    {
        _ids = ids;
        _limit = ids.Length;
    }

    /// <summary>Initializes a new instance of the <see cref="TokenWriter"/> struct that lists tokens with their places, or only counts them without a list.</summary>
    public TokenWriter(List<(int Id, TextRange Range)>? tokens, int limit)
    {
        _tokens = tokens;
        _limit = limit;
    }

    /// <summary>Gets the number of tokens taken.</summary>
    public int Count { get; private set; }

    /// <summary>Gets a value indicating whether there is no room for another token.</summary>
    public readonly bool IsFull => Count >= _limit;

    /// <summary>Gets a value indicating whether the tokens' places are wanted.</summary>
    public readonly bool KeepsPlaces => _tokens is not null;

    /// <summary>Takes a token, if there is room.</summary>
    public void Add(int id, TextRange range)
    {
        if (IsFull)
        {
            return;
        }

        if (_tokens is not null)
        {
            _tokens.Add((id, range));
        }
        else if (Count < _ids.Length)
        {
            _ids[Count] = id;
        }

        Count++;
    }

    /// <summary>Takes the last tokens back, so that as many are left as given.</summary>
    public void TakeBack(int count)
    {
        _tokens?.RemoveRange(count, Count - count);
        Count = count;
    }
}
