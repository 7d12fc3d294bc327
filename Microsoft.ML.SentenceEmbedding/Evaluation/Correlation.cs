namespace Microsoft.ML.SentenceEmbedding;

/// <summary>How strongly two lists of numbers rise and fall together, from -1 to 1, as scipy.stats defines it; NaN where one list is constant.</summary>
internal static class Correlation
{
    /// <summary>Gives Pearson's correlation: how close the pairs lie to a straight line.</summary>
    public static double Pearson(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (IsConstant(x) || IsConstant(y))
        {
            return double.NaN;
        }

        double meanX = Mean(x);
        double meanY = Mean(y);
        double products = 0;
        double squaresX = 0;
        double squaresY = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double fromMeanX = x[i] - meanX;
            double fromMeanY = y[i] - meanY;
            products += fromMeanX * fromMeanY;
            squaresX += fromMeanX * fromMeanX;
            squaresY += fromMeanY * fromMeanY;
        }

        // Rounding can lead a little beyond 1.
        return Math.Clamp(products / (Math.Sqrt(squaresX) * Math.Sqrt(squaresY)), -1, 1);
    }

    /// <summary>Gives Spearman's correlation: Pearson's of the ranks.</summary>
    public static double Spearman(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => Pearson(AverageRanks(x), AverageRanks(y));

    /// <summary>Gives each value's rank, counted from 1 at the smallest; equal values share the mean of their ranks.</summary>
    public static double[] AverageRanks(ReadOnlySpan<double> values)
    {
        double[] sorted = values.ToArray();
        int[] order = new int[sorted.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(sorted, order);
        double[] ranks = new double[sorted.Length];
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            for (end = start + 1; end < sorted.Length && sorted[end] == sorted[start]; end++)
            {
            }

            for (int i = start; i < end; i++)
            {
                ranks[order[i]] = (start + 1 + end) / 2.0;
            }
        }

        return ranks;
    }

    private static bool IsConstant(ReadOnlySpan<double> values) => !values.ContainsAnyExcept(values[0]);

    private static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }
}
