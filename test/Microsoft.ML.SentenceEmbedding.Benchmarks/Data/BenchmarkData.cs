using System.Globalization;
using System.Text.Json;
using Microsoft.ML.SentenceEmbedding.Tests;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>The texts of the workloads, always the same ones, and the files of the peers.</summary>
internal sealed class BenchmarkData(string directory)
{
    /// <summary>The name of the plain export's folder.</summary>
    public const string ExportName = "all-MiniLM-L6-v2-onnx";

    // What the largest workload takes.
    private const int MaximumSentences = 10_000;
    private const int Seed = 1;
    private const string TokensDirectory = "reference/all-MiniLM-L6-v2/tokens";

    private readonly Lazy<TokenizedText[]> _sentences = new(() => Sample(
        CompressedText.Lines(Path.Combine(directory, "data/sentences/sentences.txt.gz")),
        Path.Combine(directory, TokensDirectory, "sentences.ids.gz")));

    private readonly Lazy<TokenizedText[]> _abstracts = new(() => Sample(
        CompressedText.Lines(Path.Combine(directory, "data/scifact/corpus.jsonl.gz")).Select(AbstractText),
        Path.Combine(directory, TokensDirectory, "scifact-corpus.ids.gz")));

    /// <summary>Gets Python's vectors.</summary>
    public ReferenceVectors Reference { get; } = new(Path.Combine(directory, "reference/all-MiniLM-L6-v2/embeddings"));

    /// <summary>Gets the path of the sentences, one a line.</summary>
    public string SentencesPath { get; } = Path.Combine(directory, "data/sentences/sentences.txt.gz");

    /// <summary>Gets the folder of the models.</summary>
    public string ModelsDirectory { get; } = Path.Combine(directory, "models");

    /// <summary>Gets the path of the plain export's graph.</summary>
    public string ExportPath => Path.Combine(ModelsDirectory, ExportName, "onnx", "model.onnx");

    /// <summary>Gets the path of the plain export's vocabulary.</summary>
    public string VocabularyPath => Path.Combine(ModelsDirectory, ExportName, "vocab.txt");

    /// <summary>Gives captions and other sentences, mostly short.</summary>
    public TokenizedText[] Sentences(int count = MaximumSentences) => _sentences.Value[..count];

    /// <summary>Gives three sentences, then an abstract of a scientific article, and so on.</summary>
    public TokenizedText[] Mixed(int count) => [.. Enumerable.Range(0, count).Select(i => i % 4 == 3 ? _abstracts.Value[i / 4] : _sentences.Value[i - (i / 4)])];

    private static TokenizedText[] Sample(IEnumerable<string> texts, string ids)
    {
        var all = texts.Zip(CompressedText.Lines(ids)).ToArray();
        new Random(Seed).Shuffle(all);
        return [.. all.Take(MaximumSentences).Select(text => new TokenizedText(text.First, Ids(text.Second)))];
    }

    private static int[] Ids(string line)
    {
        var tokenizer = SentenceModel.Default.SentenceTokenizer;
        int[] special = new int[tokenizer.SpecialTokenCount];
        tokenizer.Encode([], special);
        var own = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(SentenceModel.Default.MaximumTokens - special.Length);
        return [special[0], .. own.Select(id => int.Parse(id, CultureInfo.InvariantCulture)), special[1]];
    }

    private static string AbstractText(string line)
    {
        using var document = JsonDocument.Parse(line);
        return $"{document.RootElement.GetProperty("title").GetString()} {document.RootElement.GetProperty("text").GetString()}".Trim();
    }
}
