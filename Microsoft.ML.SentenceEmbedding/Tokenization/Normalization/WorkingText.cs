using System.Buffers;
using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A text on its way through normalization: its characters and, where wanted, the place in the original of each.</summary>
/// <remarks>
/// A step reads <see cref="Characters"/>, appends what they become, and ends with <see cref="Commit"/>.
/// A surrogate without its other half comes in as U+FFFD, so that no step sees one. The buffers are rented until <see cref="Dispose"/>.
/// </remarks>
internal ref struct WorkingText
{
    // No published normalizer makes more than 18 characters of one; a hostile one could fill the memory.
    private const int LargestGrowth = 1000;

    private readonly int _limit;
    private char[] _characters;
    private char[] _next;
    private TextRange[]? _places;
    private TextRange[]? _nextPlaces;
    private int _nextLength;

    /// <summary>Initializes a new instance of the <see cref="WorkingText"/> struct.</summary>
    /// <param name="text">The original text, or a part of it.</param>
    /// <param name="offset">Where the part begins in the text.</param>
    /// <param name="keepsPlaces">Whether places are wanted.</param>
    public WorkingText(scoped ReadOnlySpan<char> text, int offset, bool keepsPlaces)
    {
        _limit = (int)Math.Min((text.Length + 10L) * LargestGrowth, Array.MaxLength);
        _characters = ArrayPool<char>.Shared.Rent(text.Length);
        _next = [];
        Length = text.Length;
        text.CopyTo(_characters);
        if (text.IndexOfAnyInRange('\uD800', '\uDFFF') >= 0)
        {
            ReplaceLoneSurrogates(_characters.AsSpan(0, Length));
        }

        if (keepsPlaces)
        {
            _places = ArrayPool<TextRange>.Shared.Rent(text.Length);
            _nextPlaces = [];
            for (int i = 0; i < Length;)
            {
                int size = char.IsHighSurrogate(_characters[i]) ? 2 : 1;
                _places.AsSpan(i, size).Fill(new TextRange(offset + i, offset + i + size));
                i += size;
            }
        }
    }

    /// <summary>Gets or sets a value indicating whether the text begins the piece that is normalized. Default: true.</summary>
    public bool IsFirst { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether the text ends the piece that is normalized. Default: true.</summary>
    public bool IsLast { get; set; } = true;

    /// <summary>Gets the number of characters.</summary>
    public int Length { get; private set; }

    /// <summary>Gets the characters as the last step left them.</summary>
    public readonly Span<char> Characters => _characters.AsSpan(0, Length);

    /// <summary>Gets the place of each character, or nothing where places are not wanted.</summary>
    public readonly ReadOnlySpan<TextRange> Places => _places.AsSpan(0, _places is null ? 0 : Length);

    /// <summary>Appends characters that stay as they are.</summary>
    public void Keep(int start, int end)
    {
        Reserve(end - start);
        _characters.AsSpan(start..end).CopyTo(_next.AsSpan(_nextLength));
        _places?.AsSpan(start..end).CopyTo(_nextPlaces.AsSpan(_nextLength));
        _nextLength += end - start;
    }

    /// <summary>Appends what a stretch of the text becomes; an empty stretch gives its place to nothing but the character behind it.</summary>
    public void Replace(int start, int end, scoped ReadOnlySpan<char> replacement)
    {
        Reserve(replacement.Length);
        replacement.CopyTo(_next.AsSpan(_nextLength));
        if (_places is not null && Length > 0)
        {
            _nextPlaces.AsSpan(_nextLength, replacement.Length).Fill(PlaceOf(Places, Math.Min(start, Length - 1), end));
        }

        _nextLength += replacement.Length;
    }

    /// <summary>Makes what was appended the text.</summary>
    public void Commit()
    {
        (_characters, _next) = (_next, _characters);
        (_places, _nextPlaces) = (_nextPlaces, _places);
        Length = _nextLength;
        _nextLength = 0;
    }

    /// <summary>Gives the buffers back.</summary>
    public readonly void Dispose()
    {
        ArrayPool<char>.Shared.Return(_characters);
        ArrayPool<char>.Shared.Return(_next);
        if (_places is not null)
        {
            ArrayPool<TextRange>.Shared.Return(_places);
            ArrayPool<TextRange>.Shared.Return(_nextPlaces!);
        }
    }

    /// <summary>Gets the place in the original of a stretch of characters; of an empty one, that of the character there.</summary>
    /// <param name="places">The place of each character; nothing where places are not wanted.</param>
    /// <param name="start">The first character.</param>
    /// <param name="end">Behind the last.</param>
    public static TextRange PlaceOf(ReadOnlySpan<TextRange> places, int start, int end)
    {
        if (places.IsEmpty)
        {
            return default;
        }

        TextRange place = places[start];
        for (int i = start + 1; i < end; i++)
        {
            place = place.Union(places[i]);
        }

        return place;
    }

    private static void ReplaceLoneSurrogates(Span<char> text)
    {
        for (int i = 0; i < text.Length;)
        {
            OperationStatus status = Rune.DecodeFromUtf16(text[i..], out _, out int size);
            if (status != OperationStatus.Done)
            {
                text[i] = (char)Rune.ReplacementChar.Value;
            }

            i += size;
        }
    }

    private void Reserve(int count)
    {
        int needed = _nextLength + count;
        if (needed > _limit || needed < 0)
        {
            throw new InvalidDataException($"The tokenizer's normalizer makes a text more than {LargestGrowth} times as long as it was.");
        }

        if (needed > _next.Length)
        {
            Enlarge(ref _next, _nextLength, Math.Max(needed, Math.Min(Math.Max(2 * _nextLength, Length), _limit)));
        }

        if (_places is not null && needed > _nextPlaces!.Length)
        {
            Enlarge(ref _nextPlaces, _nextLength, _next.Length);
        }
    }

    private static void Enlarge<T>(ref T[] buffer, int count, int length)
    {
        T[] larger = ArrayPool<T>.Shared.Rent(length);
        buffer.AsSpan(0, count).CopyTo(larger);
        ArrayPool<T>.Shared.Return(buffer);
        buffer = larger;
    }
}
