using System.Buffers;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Unicode's canonical ordering of combining marks, with the places in the original text moved along.</summary>
internal static class CanonicalOrder
{
    /// <summary>Sorts every run of marks by combining rank, equal ranks in the order they came; <paramref name="places"/> may be empty.</summary>
    public static void Sort(Span<int> codePoints, Span<TextRange> places)
    {
        for (int start = 0; start < codePoints.Length; start++)
        {
            int end = start;
            while (end < codePoints.Length && Rank(codePoints[end]) != 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                SortRun(codePoints[start..end], places.IsEmpty ? places : places[start..end]);
            }

            start = end;
        }
    }

    private static int Rank(int codePoint) => CharacterProperties.CombiningRank(CharacterProperties.Of(codePoint));

    private static void SortRun(Span<int> codePoints, Span<TextRange> places)
    {
        // Rank, then position: sorting these keys is a stable sort, in n log n even for a hostile run of marks.
        long[] keys = ArrayPool<long>.Shared.Rent(codePoints.Length);
        int[] sortedPoints = ArrayPool<int>.Shared.Rent(codePoints.Length);
        TextRange[] sortedPlaces = ArrayPool<TextRange>.Shared.Rent(places.Length);
        for (int i = 0; i < codePoints.Length; i++)
        {
            keys[i] = ((long)Rank(codePoints[i]) << 32) | (uint)i;
        }

        keys.AsSpan(0, codePoints.Length).Sort();
        for (int i = 0; i < codePoints.Length; i++)
        {
            int from = (int)keys[i];
            sortedPoints[i] = codePoints[from];
            if (!places.IsEmpty)
            {
                sortedPlaces[i] = places[from];
            }
        }

        sortedPoints.AsSpan(0, codePoints.Length).CopyTo(codePoints);
        sortedPlaces.AsSpan(0, places.Length).CopyTo(places);
        ArrayPool<long>.Shared.Return(keys);
        ArrayPool<int>.Shared.Return(sortedPoints);
        ArrayPool<TextRange>.Shared.Return(sortedPlaces);
    }
}
