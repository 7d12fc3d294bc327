namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>Results as Markdown.</summary>
internal static class MarkdownTable
{
    /// <summary>Writes a workload's name and description, and a table with a row for each arm and number of threads.</summary>
    public static string Of(IReadOnlyCollection<WorkloadResult> results)
    {
        var first = results.First();
        List<string> header = ["", "threads", .. first.IsLatency ? ["p50 ms", "p99 ms"] : new[] { "items/s" }, "spread", "times as fast"];
        if (first.AgreementName is not null)
        {
            header.Add(first.AgreementName);
        }

        header.AddRange(first.FigureNames);
        string[] lines =
        [
            $"**{first.Workload}**: {first.Description}",
            "",
            Row(header),
            $"|---|{string.Concat(Enumerable.Repeat("--:|", header.Count - 1))}",
            .. results.SelectMany(result => result.Measurements.Select(measurement => Row(Cells(result, measurement)))),
            "",
        ];
        return string.Join(Environment.NewLine, lines);
    }

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static IEnumerable<string> Cells(WorkloadResult result, Measurement measurement) =>
    [
        measurement.Arm,
        $"{result.Threads}",
        .. result.IsLatency ? [$"{measurement.Milliseconds:n2}", $"{measurement.Milliseconds99:n2}"] : new[] { $"{measurement.ItemsPerSecond:n0}" },
        $"{measurement.Spread:p1}",
        $"{measurement.Speed:f2}",
        .. result.AgreementName is null ? [] : new[] { $"{measurement.Agreement:f6}" },
        .. result.FigureNames.Select(name => measurement.Figures.TryGetValue(name, out double value) ? $"{value:n0}" : ""),
    ];
}
