using BenchmarkDotNet.Attributes;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>How long is the way from a text to its ids, and does it allocate?</summary>
public class TokenizeBenchmarks
{
    private const string Sentence = "A girl in a red and white outfit is standing inside a display with other holiday items.";

    private readonly int[] _ids = new int[512];
    private string _text = "";

    [Params(1, 16)]
    public int Sentences { get; set; }

    [GlobalSetup]
    public void Setup() => _text = string.Join(' ', Enumerable.Repeat(Sentence, Sentences));

    [Benchmark(Baseline = true)]
    public IReadOnlyList<int> Tokenizer() => SentenceModel.Default.Tokenizer.EncodeToIds(_text);

    [Benchmark]
    public int IntoSpan() => SentenceModel.Default.SentenceTokenizer.Encode(_text, _ids);

    [Benchmark]
    public int Count() => SentenceModel.Default.SentenceTokenizer.CountTokens(_text, _ids.Length);
}
