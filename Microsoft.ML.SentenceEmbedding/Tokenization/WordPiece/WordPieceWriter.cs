using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Collects normalized code points into words, splits each word into pieces and writes their ids.</summary>
/// <remarks>Ids go to a span, or, where places in the text are wanted, to a list; beyond its limit a writer reads nothing more.</remarks>
internal ref struct WordPieceWriter
{
    private const int BytesOnStack = 512;

    private readonly WordPieceVocabulary _vocabulary;
    private readonly int _unknownId;
    private readonly int _maximumWordLength;
    private TokenWriter _writer;
    private Span<int> _word;
    private int[]? _rentedWord;
    private TextRange[]? _places;
    private TextRange _wordRange;
    private int _length;
    private bool _hasMarks;

    /// <summary>Initializes a new instance of the <see cref="WordPieceWriter"/> struct that writes ids, as many as the span holds.</summary>
    public WordPieceWriter(WordPieceVocabulary vocabulary, int unknownId, int maximumWordLength, Span<int> ids, Span<int> wordBuffer)
        : this(vocabulary, unknownId, maximumWordLength, new TokenWriter(ids), wordBuffer)
    {
    }

    /// <summary>Initializes a new instance of the <see cref="WordPieceWriter"/> struct that lists tokens with their places, or only counts them without a list.</summary>
    public WordPieceWriter(WordPieceVocabulary vocabulary, int unknownId, int maximumWordLength, List<(int Id, TextRange Range)>? tokens, int limit, Span<int> wordBuffer)
        : this(vocabulary, unknownId, maximumWordLength, new TokenWriter(tokens, limit), wordBuffer)
    {
        _places = tokens is null ? null : ArrayPool<TextRange>.Shared.Rent(wordBuffer.Length);
    }

    private WordPieceWriter(WordPieceVocabulary vocabulary, int unknownId, int maximumWordLength, TokenWriter writer, Span<int> wordBuffer)
    {
        _writer = writer;
        _vocabulary = vocabulary;
        _unknownId = unknownId;
        _maximumWordLength = maximumWordLength;
        _word = wordBuffer;
    }

    /// <summary>Gets the number of tokens written.</summary>
    public readonly int Count => _writer.Count;

    /// <summary>Gets a value indicating whether there is no room for another token.</summary>
    public readonly bool IsFull => _writer.IsFull;

    /// <summary>Gets a value indicating whether the tokens' places are wanted.</summary>
    public readonly bool KeepsPlaces => _writer.KeepsPlaces;

    /// <summary>Adds a token that is not to be looked up.</summary>
    public void AddToken(int id, TextRange range) => _writer.Add(id, range);

    /// <summary>Adds a normalized code point: white space ends a word, punctuation is one, anything else continues it.</summary>
    public void Append(int codePoint, TextRange range, bool ordersMarks)
    {
        int properties = CharacterProperties.Of(codePoint);
        if ((properties & (CharacterProperties.WhiteSpace | CharacterProperties.Punctuation)) == 0)
        {
            _hasMarks |= ordersMarks && CharacterProperties.CombiningRank(properties) != 0;
            AppendToWord(codePoint, range);
            return;
        }

        EndWord();
        if ((properties & CharacterProperties.Punctuation) != 0)
        {
            AppendToWord(codePoint, range);
            EndWord();
        }
    }

    /// <summary>Writes the pieces of the word that has been collected, if any.</summary>
    [SkipLocalsInit]
    public void EndWord()
    {
        if (_length == 0)
        {
            return;
        }

        int length = _length;
        bool hasMarks = _hasMarks;
        _length = 0;
        _hasMarks = false;
        if (IsFull)
        {
            return;
        }

        if (length > _maximumWordLength)
        {
            AddToken(_unknownId, _wordRange);
            return;
        }

        Span<int> word = _word[..length];
        if (hasMarks)
        {
            CanonicalOrder.Sort(word, _places.AsSpan(0, KeepsPlaces ? length : 0));
        }

        int capacity = (4 * length) + WordPieceVocabulary.Padding;
        byte[]? rented = capacity > BytesOnStack ? ArrayPool<byte>.Shared.Rent(capacity) : null;
        Span<byte> bytes = rented ?? stackalloc byte[BytesOnStack];
        int count = 0;
        foreach (int codePoint in word)
        {
            count += new Rune(codePoint).EncodeToUtf8(bytes[count..]);
        }

        AddWord(bytes, count, length);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Writes the pieces of a word: the first <paramref name="length"/> of <paramref name="bytes"/>, which extend at least <see cref="WordPieceVocabulary.Padding"/> beyond it.</summary>
    public void AddWord(scoped ReadOnlySpan<byte> bytes, int length, int codePoints)
    {
        if (codePoints > _maximumWordLength)
        {
            AddToken(_unknownId, default);
            return;
        }

        int id = _vocabulary.Find(bytes, length, continuing: false);
        if (id >= 0)
        {
            AddToken(id, _wordRange);
        }
        else
        {
            AddPieces(bytes, length);
        }
    }

    /// <summary>Gives back what was rented.</summary>
    public void Dispose()
    {
        if (_rentedWord is not null)
        {
            ArrayPool<int>.Shared.Return(_rentedWord);
            _rentedWord = null;
        }

        if (_places is not null)
        {
            ArrayPool<TextRange>.Shared.Return(_places);
            _places = null;
        }
    }

    /// <summary>Takes the longest known piece again and again. Without one the whole word is unknown, so a full writer still looks at the rest of it.</summary>
    private void AddPieces(scoped ReadOnlySpan<byte> bytes, int length)
    {
        int countBefore = Count;
        int codePoint = 0;
        for (int start = 0; start < length;)
        {
            int id = _vocabulary.FindLongest(bytes[start..], length - start, continuing: start > 0, out int size);
            if (id < 0)
            {
                _writer.TakeBack(countBefore);
                AddToken(_unknownId, _wordRange);
                return;
            }

            AddToken(id, KeepsPlaces ? RangeOf(bytes.Slice(start, size), ref codePoint) : default);
            start += size;
        }
    }

    /// <summary>Gets the place of the next piece's characters.</summary>
    private readonly TextRange RangeOf(scoped ReadOnlySpan<byte> piece, ref int codePoint)
    {
        TextRange range = _places![codePoint];
        foreach (byte value in piece)
        {
            // Every character has one byte that does not continue another.
            if ((value & 0xC0) != 0x80)
            {
                range = range.Union(_places[codePoint++]);
            }
        }

        return range;
    }

    private void AppendToWord(int codePoint, TextRange range)
    {
        _wordRange = _length == 0 ? range : _wordRange.Union(range);

        // Of a word that is too long only its length matters.
        if (_length <= _maximumWordLength)
        {
            if (_length == _word.Length)
            {
                Grow();
            }

            _word[_length] = codePoint;
            if (_places is not null)
            {
                _places[_length] = range;
            }

            _length++;
        }
    }

    private void Grow()
    {
        int[] word = ArrayPool<int>.Shared.Rent(2 * _word.Length);
        _word.CopyTo(word);
        if (_rentedWord is not null)
        {
            ArrayPool<int>.Shared.Return(_rentedWord);
        }

        _rentedWord = word;
        _word = word;
        if (_places is not null)
        {
            TextRange[] places = ArrayPool<TextRange>.Shared.Rent(word.Length);
            _places.AsSpan(0, _length).CopyTo(places);
            ArrayPool<TextRange>.Shared.Return(_places);
            _places = places;
        }
    }
}
