namespace Microsoft.ML.SentenceEmbedding;

/// <summary>How good the ranking of one query's documents is, from 0 to 1. A ranking says of each document, the best first, whether it is relevant.</summary>
internal static class RankingMetrics
{
    /// <summary>Gives 1 if any of the first k documents is relevant, else 0.</summary>
    public static double Accuracy(ReadOnlySpan<bool> ranking, int k) => First(ranking, k).Contains(true) ? 1 : 0;

    /// <summary>Gives the part of k places that relevant documents have.</summary>
    public static double Precision(ReadOnlySpan<bool> ranking, int k) => (double)First(ranking, k).Count(true) / k;

    /// <summary>Gives the part of the relevant documents that is among the first k.</summary>
    public static double Recall(ReadOnlySpan<bool> ranking, int k, int relevant) => (double)First(ranking, k).Count(true) / relevant;

    /// <summary>Gives one divided by the place of the first relevant document, or 0 if the first k have none.</summary>
    public static double ReciprocalRank(ReadOnlySpan<bool> ranking, int k)
    {
        int index = First(ranking, k).IndexOf(true);
        return index < 0 ? 0 : 1.0 / (index + 1);
    }

    /// <summary>Gives the discounted gain of the first k documents, divided by that of a ranking with all relevant ones in front.</summary>
    public static double NormalizedDiscountedCumulativeGain(ReadOnlySpan<bool> ranking, int k, int relevant)
    {
        double gain = 0;
        double ideal = 0;
        for (int i = 0; i < Math.Min(k, Math.Max(ranking.Length, relevant)); i++)
        {
            double discount = Math.Log2(i + 2);
            gain += i < ranking.Length && ranking[i] ? 1 / discount : 0;
            ideal += i < relevant ? 1 / discount : 0;
        }

        return gain / ideal;
    }

    /// <summary>Gives the mean of the precisions at the places of the relevant documents; those beyond the first k count as 0.</summary>
    public static double AveragePrecision(ReadOnlySpan<bool> ranking, int k, int relevant)
    {
        ranking = First(ranking, k);
        int found = 0;
        double sum = 0;
        for (int i = 0; i < ranking.Length; i++)
        {
            if (ranking[i])
            {
                found++;
                sum += (double)found / (i + 1);
            }
        }

        return sum / Math.Min(k, relevant);
    }

    private static ReadOnlySpan<bool> First(ReadOnlySpan<bool> ranking, int k) => ranking[..Math.Min(k, ranking.Length)];
}
