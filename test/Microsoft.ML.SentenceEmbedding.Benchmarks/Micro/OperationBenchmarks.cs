using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>Runs the benchmarks of single operations.</summary>
internal static class OperationBenchmarks
{
    /// <summary>Runs them in this process and writes BenchmarkDotNet's reports.</summary>
    public static void Run(string directory, bool isQuick)
    {
        // In this process: a program of BenchmarkDotNet's own would be built under the rules of this repository.
        var job = (isQuick ? Job.Dry : Job.Default).WithToolchain(InProcessEmitToolchain.Instance);
        var config = ManualConfig.Create(DefaultConfig.Instance).AddJob(job).AddDiagnoser(MemoryDiagnoser.Default).WithArtifactsPath(Path.Combine(directory, "micro"));
        BenchmarkRunner.Run([typeof(TokenizeBenchmarks), typeof(PlanBenchmarks), typeof(PoolBenchmarks)], config);
    }
}
