// Compares ways of doing the same work, in turns on one machine. `./build.sh --bench` runs all workloads; names after it choose some.

using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.SentenceEmbedding.Benchmarks;
using Microsoft.ML.SentenceEmbedding.Tests;

const int Rounds = 7;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Console.WriteLine($"{Environment.ProcessorCount} cores, {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}");
if (SharedDataDirectory.Find() is not string shared)
{
    Console.WriteLine("The shared reference data, which the workloads come from, is not beside the repository: nothing was measured.");
    return 0;
}

Dictionary<string, Func<Workload>> workloads = new()
{
    ["train"] = () => new TrainWorkload(Path.Combine(shared, "data/sentences/sentences.txt.gz")),
};
foreach (string name in args.Length > 0 ? args : [.. workloads.Keys])
{
    if (!workloads.TryGetValue(name, out var create))
    {
        Console.Error.WriteLine($"There is no workload '{name}'; there are {string.Join(", ", workloads.Keys)}.");
        return 2;
    }

    using var workload = create();
    Console.WriteLine();
    Console.WriteLine($"**{workload.Name}**: {workload.Description}");
    Console.WriteLine();
    Console.WriteLine("| | items/s | spread | times as fast |");
    Console.WriteLine("|---|--:|--:|--:|");
    foreach (var measurement in Measurement.Take(workload, Rounds))
    {
        Console.WriteLine($"| {measurement.Arm} | {measurement.ItemsPerSecond:n0} | {measurement.Spread:p1} | {measurement.Speed:f2} |");
    }
}

return 0;
