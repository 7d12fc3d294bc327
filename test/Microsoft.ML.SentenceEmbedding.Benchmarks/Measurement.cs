using System.Diagnostics;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>What one arm took, and how it compares with the first.</summary>
/// <param name="Arm">The arm's name.</param>
/// <param name="ItemsPerSecond">By the median time.</param>
/// <param name="Spread">The half width of the middle half of the times, as a part of the median.</param>
/// <param name="Speed">The median over the rounds of the first arm's time over this one's: how many times as fast it is.</param>
internal sealed record Measurement(string Arm, double ItemsPerSecond, double Spread, double Speed)
{
    /// <summary>Runs the arms of a workload in turns, so that whatever else the machine does meets all of them, and compares them round by round.</summary>
    public static IReadOnlyList<Measurement> Take(Workload workload, int rounds)
    {
        var arms = workload.Arms;
        double[][] seconds = [.. arms.Select(_ => new double[rounds])];

        // A first round, not counted, warms up code, caches and the processor. Each round begins with another arm.
        for (int round = -1; round < rounds; round++)
        {
            for (int turn = 0; turn < arms.Count; turn++)
            {
                int arm = (round + 1 + turn) % arms.Count;
                var time = Stopwatch.StartNew();
                arms[arm].Run();
                if (round >= 0)
                {
                    seconds[arm][round] = time.Elapsed.TotalSeconds;
                }
            }
        }

        return [.. arms.Select((arm, i) => new Measurement(
            arm.Name,
            workload.Items / Quantile(seconds[i], 0.5),
            (Quantile(seconds[i], 0.75) - Quantile(seconds[i], 0.25)) / 2 / Quantile(seconds[i], 0.5),
            Quantile([.. seconds[0].Zip(seconds[i], (first, own) => first / own)], 0.5)))];
    }

    private static double Quantile(double[] values, double part)
    {
        double[] sorted = [.. values.Order()];
        double place = part * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
