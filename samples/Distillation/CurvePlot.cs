using ScottPlot;
using ScottPlot.TickGenerators;

namespace Distillation;

/// <summary>Draws how the student's score rises with the sentences it has seen.</summary>
internal static class CurvePlot
{
    /// <summary>Writes a PNG; the sentences are on a logarithmic axis, so a point at 0 is left out.</summary>
    public static void Save(string path, IEnumerable<(double Sentences, double Spearman)> student, double teacher)
    {
        var plot = new Plot();
        plot.Title("STS-B dev while training");
        plot.XLabel("sentences seen");
        plot.YLabel("Spearman correlation");
        Add(plot, "this run", student);
        Add(plot, "published card (Python)", PublishedCurve.Points);
        plot.Add.HorizontalLine(teacher, pattern: LinePattern.Dashed).LegendText = "teacher";
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic
        {
            IntegerTicksOnly = true,
            LabelFormatter = exponent => $"{Math.Pow(10, exponent):n0}",
            MinorTickGenerator = new LogMinorTickGenerator(),
        };
        plot.ShowLegend(Alignment.LowerRight);
        plot.SavePng(path, width: 900, height: 550);
    }

    private static void Add(Plot plot, string name, IEnumerable<(double Sentences, double Spearman)> points)
    {
        var seen = points.Where(point => point.Sentences > 0).ToArray();
        var line = plot.Add.Scatter(seen.Select(point => Math.Log10(point.Sentences)).ToArray(), seen.Select(point => point.Spearman).ToArray());
        line.LegendText = name;
        line.LineWidth = 2;
        line.MarkerSize = 7;
    }
}
