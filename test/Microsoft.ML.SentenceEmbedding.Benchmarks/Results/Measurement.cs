namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>What one arm took, and how it compares with the first.</summary>
/// <param name="Arm">The arm's name.</param>
/// <param name="ItemsPerSecond">By the median time.</param>
/// <param name="Milliseconds">The median time of a run.</param>
/// <param name="Milliseconds99">The time that 99 of 100 runs do not exceed.</param>
/// <param name="Spread">The half width of the middle half of the times, as a part of the median.</param>
/// <param name="Speed">The median over the rounds of the first arm's time over this one's: how many times as fast it is.</param>
/// <param name="Agreement">How well the results agree with Python's, in the workload's own measure; null where there is nothing to compare.</param>
/// <param name="Figures">The medians of what else was measured, for one item, under the workload's names.</param>
internal sealed record Measurement(
    string Arm,
    double ItemsPerSecond,
    double Milliseconds,
    double Milliseconds99,
    double Spread,
    double Speed,
    double? Agreement,
    IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>Runs the arms of a workload in turns, so that whatever else the machine does meets all of them, and compares them round by round.</summary>
    public static IReadOnlyList<Measurement> Take(Workload workload, int rounds)
    {
        var arms = workload.Arms;
        Cost[][][] costs = [.. arms.Select(_ => new Cost[rounds][])];

        // A first round, not counted, warms up code, caches and the processor. Each round begins with another arm.
        for (int round = -1; round < rounds; round++)
        {
            for (int turn = 0; turn < arms.Count; turn++)
            {
                int arm = (round + 1 + turn) % arms.Count;
                var cost = new Cost[workload.RunsPerTurn];
                for (int run = 0; run < cost.Length; run++)
                {
                    cost[run] = arms[arm].Run();
                }

                if (round >= 0)
                {
                    costs[arm][round] = cost;
                }
            }
        }

        double[][] medians = [.. costs.Select(turns => turns.Select(turn => Quantile(turn.Select(cost => cost.Seconds), 0.5)).ToArray())];
        return [.. arms.Select((arm, i) => Create(workload, arm, [.. costs[i].SelectMany(turn => turn)], medians[0].Zip(medians[i], (first, own) => first / own)))];
    }

    private static Measurement Create(Workload workload, Arm arm, Cost[] costs, IEnumerable<double> speeds)
    {
        double Time(double part) => Quantile(costs.Select(cost => cost.Seconds), part);

        // Another program's arm measures nothing but its time.
        var figures = workload.FigureNames.Take(costs[0].Figures.Length).Select((name, i) => (name, Quantile(costs.Select(cost => cost.Figures[i]), 0.5) / workload.Items));
        return new Measurement(
            arm.Name,
            workload.Items / Time(0.5),
            1000 * Time(0.5),
            1000 * Time(0.99),
            (Time(0.75) - Time(0.25)) / 2 / Time(0.5),
            Quantile(speeds, 0.5),
            arm.Agreement,
            figures.ToDictionary());
    }

    private static double Quantile(IEnumerable<double> values, double part)
    {
        double[] sorted = [.. values.Order()];
        double place = part * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
