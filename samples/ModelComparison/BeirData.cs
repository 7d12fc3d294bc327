using System.IO.Compression;
using System.Text.Json;
using Microsoft.ML.SentenceEmbedding;

namespace ModelComparison;

/// <summary>Reads a retrieval task in the layout of BEIR: corpus.jsonl, queries.jsonl, and the test set's relevance judgments, each also compressed.</summary>
internal static class BeirData
{
    /// <summary>Makes the evaluator of a directory, named as it is.</summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public static InformationRetrievalEvaluator Evaluator(string directory)
    {
        var queries = Lines(directory, "queries.jsonl").Select(Parse).ToDictionary(Id, query => Text(query, "text"));
        var corpus = Lines(directory, "corpus.jsonl").Select(Parse).ToDictionary(Id, document => $"{Text(document, "title")} {Text(document, "text")}".Trim());
        var relevant = Lines(directory, "qrels/test.tsv", "qrels-test.tsv").Skip(1).Select(line => line.Split('\t')).Where(row => row[2] != "0").Select(row => (row[0], row[1]));
        return new InformationRetrievalEvaluator(new DirectoryInfo(directory).Name, queries, corpus, relevant);
    }

    private static JsonElement Parse(string line) => JsonDocument.Parse(line).RootElement;

    private static string Id(JsonElement item) => Text(item, "_id");

    private static string Text(JsonElement item, string key) => item.TryGetProperty(key, out var value) ? value.GetString() ?? "" : "";

    private static IEnumerable<string> Lines(string directory, params string[] names)
    {
        string path = names.SelectMany(name => new[] { name, name + ".gz" }).Select(name => Path.Combine(directory, name)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"There is no {string.Join(" or ", names)} in '{directory}'.");
        using Stream file = File.OpenRead(path);
        using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }
}
