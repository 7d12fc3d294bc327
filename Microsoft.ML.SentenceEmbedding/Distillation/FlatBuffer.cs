namespace Microsoft.ML.SentenceEmbedding;

/// <summary>How the threads share a flat buffer.</summary>
internal static class FlatBuffer
{
    // What one thread takes at a time.
    private const int RangeLength = 1 << 16;

    /// <summary>Cuts a part of a buffer into ranges of one length; the last one may be shorter.</summary>
    public static IEnumerable<Range> Cut(int start, int end)
    {
        for (; start < end; start += RangeLength)
        {
            yield return start..Math.Min(start + RangeLength, end);
        }
    }
}
