using BenchmarkDotNet.Attributes;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>What do the modules behind the encoder cost in a session of their own, as the stage PoolTokens runs them, against the same sum in C#?</summary>
public sealed class PoolBenchmarks : IDisposable
{
    private readonly SentenceEncoder _encoder = new(SentenceModel.Default);
    private float[] _tokens = [];
    private float[] _vector = [];

    [Params(14, 64, 256)]
    public int Tokens { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(Tokens);
        _tokens = [.. Enumerable.Range(0, Tokens * _encoder.Dimensions).Select(_ => random.NextSingle() - 0.5f)];
        _vector = new float[_encoder.Dimensions];
    }

    [GlobalCleanup]
    public void Dispose() => _encoder.Dispose();

    [Benchmark(Baseline = true)]
    public float[] InCSharp() => MeanPooling.Pool(_tokens, _encoder.Dimensions);

    [Benchmark]
    public float[] PoolTokens()
    {
        _encoder.PoolTokens([_tokens], _vector, CancellationToken.None);
        return _vector;
    }
}
