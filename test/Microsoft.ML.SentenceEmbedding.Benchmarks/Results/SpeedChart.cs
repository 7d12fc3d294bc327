using ScottPlot;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>Draws how many times as fast as the first arm of their workload the others are.</summary>
internal static class SpeedChart
{
    private const double BarHeight = 0.8;
    private const int PixelsPerBar = 22;

    /// <summary>Writes a PNG with a bar for each arm, in groups of a workload with a number of threads, the first group on top.</summary>
    /// <remarks>The axis is logarithmic: twice as fast reaches as far to the right as half as fast to the left.</remarks>
    public static void Save(string path, IEnumerable<WorkloadResult> results)
    {
        var plot = new Plot();
        var names = new List<string>();
        var ticks = new List<Tick>();
        int place = 0;
        foreach (var result in results)
        {
            foreach (var measurement in result.Measurements)
            {
                int color = names.IndexOf(measurement.Arm);
                if (color < 0)
                {
                    color = names.Count;
                    names.Add(measurement.Arm);
                }

                plot.Add.Bar(new Bar
                {
                    Position = place,
                    Value = Math.Log2(measurement.Speed),
                    Size = BarHeight,
                    Orientation = Orientation.Horizontal,
                    FillColor = plot.Add.Palette.GetColor(color),
                    LineWidth = 0,
                    Label = $"{measurement.Speed:f2}",
                });
                ticks.Add(new Tick(place, $"{result.Workload}, {result.Threads} thread{(result.Threads == 1 ? "" : "s")}: {measurement.Arm}"));
                place--;
            }

            place--;
        }

        plot.Title("times as fast as the first of the group");
        plot.Axes.Left.SetTicks([.. ticks.Select(tick => tick.Position)], [.. ticks.Select(tick => tick.Label)]);
        double[] exponents = [-3, -2, -1, 0, 1, 2, 3, 4, 5, 6];
        plot.Axes.Bottom.SetTicks(exponents, [.. exponents.Select(exponent => $"{Math.Pow(2, exponent)}")]);
        plot.Add.VerticalLine(0, width: 1, color: Colors.Gray);
        plot.HideGrid();

        // Room for the numbers beside the bars.
        plot.Axes.Margins(horizontal: 0.25, vertical: 0.01);
        plot.SavePng(path, width: 1000, height: 100 - (place * PixelsPerBar));
    }
}
