using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>All that was measured.</summary>
internal sealed record BenchmarkResults(Machine Machine, IReadOnlyList<WorkloadResult> Workloads)
{
    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes results.json, results.md and results.png.</summary>
    public void Save(string directory)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "results.json"), JsonSerializer.Serialize(this, JsonOptions));
        var tables = Workloads.GroupBy(result => result.Workload).Select(results => MarkdownTable.Of([.. results]));
        File.WriteAllText(Path.Combine(directory, "results.md"), string.Join(Environment.NewLine, [$"{Machine}{Environment.NewLine}", .. tables]));
        SpeedChart.Save(Path.Combine(directory, "results.png"), Workloads.Where(result => result.IsCharted));
    }
}
