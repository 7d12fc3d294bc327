namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Decides which sequences share a batch.</summary>
/// <remarks>
/// On a CPU padding is what batches cost most: sequences are sorted by length, longest first, and a batch ends where its padded size would pass the token budget.
/// Longest first also leaves the small batches to the end, where they keep all cores busy.
/// Measured with all-MiniLM-L6-v2 on two cores, short and long texts: budgets of 256 to 512 tokens are equally fast, 1,024 is 15% slower. At 512 only 0.5 to 1.7% of
/// the tokens are padding: that is all that batches of one length or packed ones could save, and a graph without a mask would need its own session and copy of the weights.
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
