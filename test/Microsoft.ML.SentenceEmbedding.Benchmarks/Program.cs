// Compares ways of doing the same work, in turns on one machine. `./build.sh --bench` runs all workloads; names after it choose some.
// `quick` in front of the names does a little of everything, to see that it works; `micro` runs the benchmarks of single operations, and
// `architectures` the workloads of other models, which run only when they are asked for: the large ones take minutes each.

using System.Globalization;
using Microsoft.ML.SentenceEmbedding.Benchmarks;
using Microsoft.ML.SentenceEmbedding.Tests;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is [ColdStart.Argument, ..])
{
    ColdStart.Execute(args);
    return 0;
}

bool isQuick = args is ["quick", ..];
string[] names = isQuick ? args[1..] : args;
string output = Path.Combine("artifacts", "benchmarks", isQuick ? "quick" : "");
if (names is ["micro"])
{
    OperationBenchmarks.Run(output, isQuick);
    return 0;
}

Dictionary<string, Func<WorkloadSetting, Workload>> workloads = new()
{
    ["captions"] = CorpusWorkload.Captions,
    ["mixed"] = CorpusWorkload.Mixed,
    ["single"] = setting => new SingleWorkload(setting),
    ["pipeline"] = setting => new PipelineWorkload(setting),
    ["tokenize"] = setting => new TokenizeWorkload(setting),
    ["load"] = setting => new LoadWorkload(setting),
    ["train"] = setting => new TrainWorkload(setting),
};
string[] defaults = [.. workloads.Keys];
string[] architectures = [.. RandomModel.Published.Select(model => model.Name)];
foreach (var model in RandomModel.Published)
{
    workloads[model.Name] = setting => new ArchitectureWorkload(model, setting);
}

names = names.Length > 0 ? [.. names.SelectMany(name => name == "architectures" ? architectures : [name])] : defaults;
if (names.FirstOrDefault(name => !workloads.ContainsKey(name)) is string unknown)
{
    Console.Error.WriteLine($"There is no workload '{unknown}'; there are {string.Join(", ", workloads.Keys)}, architectures for the last {architectures.Length}, and micro alone.");
    return 2;
}

var machine = Machine.Current();
Console.WriteLine(machine);
if (SharedDataDirectory.Find() is not string shared)
{
    Console.WriteLine("The shared reference data, which the workloads come from, is not beside the repository: nothing was measured.");
    return 0;
}

var data = new BenchmarkData(shared);
var results = new List<WorkloadResult>();
foreach (string name in names)
{
    foreach (int threads in (int[])[1, 2])
    {
        var setting = new WorkloadSetting(data, threads, isQuick);
        using var workload = workloads[name](setting);
        results.Add(WorkloadResult.Take(workload, setting));
        Console.WriteLine();
        Console.Write(MarkdownTable.Of([results[^1]]));
    }

    // After each workload, so that an interruption loses one at most.
    new BenchmarkResults(machine, results).Save(output);
}

return 0;
