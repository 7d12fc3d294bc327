using BenchmarkDotNet.Attributes;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>What does it cost to decide which texts share a batch?</summary>
public class PlanBenchmarks
{
    private const int Seed = 1;
    private const int TokenBudget = 512;

    private int[] _lengths = [];

    [Params(32, 2_000, 8_192)]
    public int Texts { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(Seed);
        _lengths = [.. Enumerable.Range(0, Texts).Select(_ => random.Next(3, 257))];
    }

    [Benchmark(Baseline = true)]
    public int[] Sort() => [.. _lengths.Order()];

    [Benchmark]
    public int Plan() => BatchPlanner.Plan(_lengths, TokenBudget).Count;
}
