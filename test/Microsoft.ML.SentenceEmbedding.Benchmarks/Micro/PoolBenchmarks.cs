using BenchmarkDotNet.Attributes;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>What do the modules behind the encoder cost in a session of their own, as the stage PoolTokens runs them, against the same sum in C#?</summary>
public class PoolBenchmarks
{
    private static readonly SentenceEncoder Encoder = new(SentenceModel.Default);

    private float[] _tokens = [];
    private float[] _vector = [];

    [Params(14, 64, 256)]
    public int Tokens { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(Tokens);
        _tokens = [.. Enumerable.Range(0, Tokens * Encoder.Dimensions).Select(_ => random.NextSingle() - 0.5f)];
        _vector = new float[Encoder.Dimensions];
    }

    [Benchmark(Baseline = true)]
    public float[] InCSharp() => MeanPooling.Pool(_tokens, Encoder.Dimensions);

    [Benchmark]
    public float[] PoolTokens()
    {
        Encoder.PoolTokens([_tokens], _vector, CancellationToken.None);
        return _vector;
    }
}
