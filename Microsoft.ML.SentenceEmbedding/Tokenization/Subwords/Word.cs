using System.Text;
using System.Text.Unicode;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A word to be spelled: its characters, perhaps with one in front of them that the text does not have.</summary>
internal ref struct Word
{
    private readonly ReadOnlySpan<char> _characters;
    private readonly ReadOnlySpan<TextRange> _places;
    private readonly char? _front;
    private readonly char? _mark;
    private int _character;
    private int _characterStart;

    /// <summary>Initializes a new instance of the <see cref="Word"/> struct.</summary>
    /// <param name="characters">The characters.</param>
    /// <param name="front">A character to be put in front.</param>
    /// <param name="mark">A character to be put in the place of every space.</param>
    /// <param name="places">The place of each character, and where there are none that of the next one; nothing where places are not wanted.</param>
    public Word(ReadOnlySpan<char> characters, char? front, char? mark, ReadOnlySpan<TextRange> places)
    {
        _characters = characters;
        _front = front;
        _mark = mark;
        _places = places;
    }

    /// <summary>Gets the most bytes that the word can have.</summary>
    public readonly int MaximumBytes => 3 * (_characters.Length + 1);

    /// <summary>Writes the word as UTF-8 and returns how many bytes that are; half of a surrogate pair counts as U+FFFD.</summary>
    public readonly int WriteUtf8(Span<byte> destination)
    {
        int written = _front is { } front ? new Rune(front).EncodeToUtf8(destination) : 0;
        ReadOnlySpan<char> rest = _characters;
        while (_mark is { } mark && rest.IndexOf(' ') is >= 0 and int space)
        {
            Utf8.FromUtf16(rest[..space], destination[written..], out _, out int bytes);
            written += bytes;
            written += new Rune(mark).EncodeToUtf8(destination[written..]);
            rest = rest[(space + 1)..];
        }

        Utf8.FromUtf16(rest, destination[written..], out _, out int last);
        return written + last;
    }

    /// <summary>Gets the place in the text of a stretch of the word's bytes; of one stretch after the other, from the left.</summary>
    public TextRange PlaceOf(int start, int end)
    {
        if (_places.IsEmpty)
        {
            return default;
        }

        // A character is passed once its bytes are; the one in front has the place of the first.
        int next;
        while ((next = EndOfCharacter(out int size)) <= start && _character + size < _characters.Length)
        {
            _character += size;
            _characterStart = next;
        }

        TextRange place = _places[_character];
        while ((next = EndOfCharacter(out int size)) < end && _character + size < _characters.Length)
        {
            _character += size;
            _characterStart = next;
            place = place.Union(_places[_character]);
        }

        return place;
    }

    private readonly int EndOfCharacter(out int size)
    {
        Rune.DecodeFromUtf16(_characters[_character..], out Rune rune, out size);
        int front = _character == 0 && _front is { } first ? new Rune(first).Utf8SequenceLength : 0;
        int own = rune.Value == ' ' && _mark is { } mark ? new Rune(mark).Utf8SequenceLength : rune.Utf8SequenceLength;
        return _characterStart + front + (size == 0 ? 0 : own);
    }
}
