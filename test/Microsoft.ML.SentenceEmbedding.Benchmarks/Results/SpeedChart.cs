using ScottPlot;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>Draws how many times as fast as the first arm of their workload the others are.</summary>
internal static class SpeedChart
{
    private const double BarHeight = 0.8;

    /// <summary>Writes a PNG with a bar for each arm, in groups of a workload with a number of threads, the first group on top.</summary>
    public static void Save(string path, IEnumerable<WorkloadResult> results)
    {
        var plot = new Plot();
        var ticks = new List<Tick>();
        double place = 0;
        foreach (var result in results)
        {
            for (int i = 0; i < result.Measurements.Count; i++)
            {
                var measurement = result.Measurements[i];
                plot.Add.Bar(new Bar
                {
                    Position = place,
                    Value = measurement.Speed,
                    Size = BarHeight,
                    Orientation = Orientation.Horizontal,
                    FillColor = plot.Add.Palette.GetColor(i),
                    LineWidth = 0,
                    Label = $"{measurement.Speed:f2}",
                    CenterLabel = false,
                });
                ticks.Add(new Tick(place, $"{result.Workload}, {result.Threads} thread{(result.Threads == 1 ? "" : "s")}: {measurement.Arm}"));
                place--;
            }

            place--;
        }

        plot.Title("How many times as fast as the first way (more is better)");
        plot.Axes.Left.SetTicks([.. ticks.Select(tick => tick.Position)], [.. ticks.Select(tick => tick.Label)]);
        plot.Add.VerticalLine(1, width: 1, color: Colors.Gray, pattern: LinePattern.Dashed);
        plot.HideGrid();
        plot.Axes.Margins(left: 0, right: 0.1, bottom: 0.01, top: 0.01);
        plot.SavePng(path, width: 1000, height: 100 + (int)(-place * 22));
    }
}
