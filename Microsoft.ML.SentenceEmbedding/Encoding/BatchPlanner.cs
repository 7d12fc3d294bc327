namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Decides which sequences share a batch.</summary>
/// <remarks>
/// On a CPU padding is what batches cost most: sequences are sorted by length, longest first, and a batch ends where its padded size would pass the token budget.
/// Longest first also leaves the small batches to the end, where they keep all cores busy.
/// </remarks>
internal static class BatchPlanner
{
    /// <summary>Splits sequences into batches; each is a list of indices into <paramref name="lengths"/>, the longest sequence first.</summary>
    public static List<int[]> Plan(ReadOnlySpan<int> lengths, int tokenBudget)
    {
        int[] order = new int[lengths.Length];
        int[] keys = new int[lengths.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
            keys[i] = -lengths[i];
        }

        Array.Sort(keys, order);
        var batches = new List<int[]>();
        for (int start = 0; start < order.Length;)
        {
            int longest = Math.Max(1, lengths[order[start]]);
            int end = Math.Min(order.Length, start + Math.Max(1, tokenBudget / longest));
            batches.Add(order[start..end]);
            start = end;
        }

        return batches;
    }
}
