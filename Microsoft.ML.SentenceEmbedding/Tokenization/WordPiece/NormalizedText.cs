using System.Buffers;
using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A whole text after normalization, with the place in the original of each of its UTF-16 units; needed only where added tokens are looked for in it.</summary>
internal ref struct NormalizedText
{
    private readonly char[] _characters;
    private readonly TextRange[] _places;
    private readonly int _length;

    /// <summary>Initializes a new instance of the <see cref="NormalizedText"/> struct; its buffers are rented until <see cref="Dispose"/>.</summary>
    public NormalizedText(ReadOnlySpan<char> text, BertNormalization normalization)
    {
        int[] codePoints = ArrayPool<int>.Shared.Rent(text.Length + BertNormalization.MaximumExpansion);
        TextRange[] places = ArrayPool<TextRange>.Shared.Rent(codePoints.Length);
        int count = 0;
        for (int position = 0; position < text.Length;)
        {
            Rune.DecodeFromUtf16(text[position..], out Rune rune, out int consumed);
            if (count + BertNormalization.MaximumExpansion > codePoints.Length)
            {
                Enlarge(ref codePoints, count);
            }

            int added = normalization.Apply(rune.Value, codePoints.AsSpan(count));
            while (places.Length < count + added)
            {
                Enlarge(ref places, count);
            }

            places.AsSpan(count, added).Fill(new TextRange(position, position + consumed));
            count += added;
            position += consumed;
        }

        if (normalization.StripAccents)
        {
            CanonicalOrder.Sort(codePoints.AsSpan(0, count), places.AsSpan(0, count));
        }

        _characters = ArrayPool<char>.Shared.Rent(2 * count);
        _places = ArrayPool<TextRange>.Shared.Rent(2 * count);
        for (int i = 0; i < count; i++)
        {
            int units = new Rune(codePoints[i]).EncodeToUtf16(_characters.AsSpan(_length));
            _places.AsSpan(_length, units).Fill(places[i]);
            _length += units;
        }

        ArrayPool<int>.Shared.Return(codePoints);
        ArrayPool<TextRange>.Shared.Return(places);
    }

    /// <summary>Gets the normalized text.</summary>
    public readonly ReadOnlySpan<char> Characters => _characters.AsSpan(0, _length);

    /// <summary>Gets the place in the original of a stretch of the normalized text that is not empty.</summary>
    public readonly TextRange PlaceOf(int start, int end)
    {
        TextRange place = _places[start];
        foreach (TextRange next in _places.AsSpan((start + 1)..end))
        {
            place = place.Union(next);
        }

        return place;
    }

    /// <summary>Gives the buffers back.</summary>
    public readonly void Dispose()
    {
        ArrayPool<char>.Shared.Return(_characters);
        ArrayPool<TextRange>.Shared.Return(_places);
    }

    private static void Enlarge<T>(ref T[] buffer, int count)
    {
        T[] larger = ArrayPool<T>.Shared.Rent(2 * buffer.Length);
        buffer.AsSpan(0, count).CopyTo(larger);
        ArrayPool<T>.Shared.Return(buffer);
        buffer = larger;
    }
}
