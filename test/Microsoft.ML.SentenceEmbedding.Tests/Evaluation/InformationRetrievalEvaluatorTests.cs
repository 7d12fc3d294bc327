using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class InformationRetrievalEvaluatorTests
{
    private const double SciFactTolerance = 1e-4;

    private static readonly Dictionary<string, string> Queries = new() { ["q1"] = "first", ["q2"] = "second" };
    private static readonly Dictionary<string, string> Corpus = new() { ["d2"] = "two", ["d10"] = "ten", ["d1"] = "one" };

    [TestMethod]
    public void Metrics_are_Pythons()
    {
        JsonElement golden = EvaluatorGolden.Evaluator("information_retrieval");
        var queries = golden.GetProperty("queries").Deserialize<Dictionary<string, string>>()!;
        var corpus = golden.GetProperty("corpus").Deserialize<Dictionary<string, string>>()!;
        var relevant = golden.GetProperty("relevant_docs").Deserialize<Dictionary<string, string[]>>()!.SelectMany(pair => pair.Value.Select(document => (pair.Key, document)));
        double largest = 0;
        int calls = 0;
        foreach (JsonElement call in EvaluatorGolden.Calls("information_retrieval"))
        {
            var defaults = new InformationRetrievalOptions();
            var evaluator = new InformationRetrievalEvaluator("x", queries, corpus, relevant, new InformationRetrievalOptions
            {
                AccuracyAt = EvaluatorGolden.Argument<int[]>(call, "accuracy_at_k") ?? defaults.AccuracyAt,
                PrecisionRecallAt = EvaluatorGolden.Argument<int[]>(call, "precision_recall_at_k") ?? defaults.PrecisionRecallAt,
                NdcgAt = EvaluatorGolden.Argument<int[]>(call, "ndcg_at_k") ?? defaults.NdcgAt,
                MrrAt = EvaluatorGolden.Argument<int[]>(call, "mrr_at_k") ?? defaults.MrrAt,
                MapAt = EvaluatorGolden.Argument<int[]>(call, "map_at_k") ?? defaults.MapAt,
                SimilarityFunctions = EvaluatorGolden.Argument<string[]>(call, "score_functions"),
                MainSimilarity = EvaluatorGolden.Argument<string>(call, "main_score_function"),
            });

            SentenceMetrics metrics = evaluator.Evaluate(new MatrixEmbeddingSource(EvaluatorGolden.Argument<int?>(call, "truncate_dim")), CancellationToken.None);

            largest = Math.Max(largest, EvaluatorGolden.Compare(call, metrics));
            calls++;
        }

        ParityReport.Add($"InformationRetrievalEvaluator against Python's: {calls} calls, largest difference {largest:g2}");
        Assert.AreEqual(5, calls);
    }

    [TestMethod]
    public void Metrics_of_the_default_model_on_SciFact_are_Pythons()
    {
        using var metrics = JsonDocument.Parse(File.ReadAllText(SharedData.Require("reference/all-MiniLM-L6-v2/metrics.json")));
        var queries = File.ReadLines(SharedData.Require("data/scifact/queries.jsonl")).Select(Parse)
            .ToDictionary(query => query.GetProperty("_id").GetString()!, query => query.GetProperty("text").GetString()!);
        var corpus = CompressedText.Lines(SharedData.Require("data/scifact/corpus.jsonl.gz")).Select(Parse)
            .ToDictionary(document => document.GetProperty("_id").GetString()!, document => $"{document.GetProperty("title")} {document.GetProperty("text")}");
        var relevant = File.ReadLines(SharedData.Require("data/scifact/qrels-test.tsv")).Skip(1).Select(line => line.Split('\t'))
            .Where(row => row[2] != "0").Select(row => (row[0], row[1]));
        using var encoder = new SentenceEncoder(SentenceModel.Default);

        SentenceMetrics actual = new InformationRetrievalEvaluator("scifact", queries, corpus, relevant).Evaluate(encoder);

        var expected = metrics.RootElement.GetProperty("scifact-test").Deserialize<Dictionary<string, double>>()!;
        double largest = actual.Names.Max(name => Math.Abs(expected["scifact_" + name] - actual[name]));
        ParityReport.Add($"all-MiniLM-L6-v2, SciFact test: {corpus.Count} documents, nDCG@10 {actual["cosine_ndcg@10"]:f6}, largest difference of {actual.Names.Count} metrics to Python's {largest:g2}");
        Assert.HasCount(expected.Count, actual.Names);
        Assert.IsLessThanOrEqualTo(SciFactTolerance, Math.Abs(expected["scifact_cosine_ndcg@10"] - actual.PrimaryValue));
    }

    [TestMethod]
    public void Equal_documents_are_ordered_by_their_ids_as_text()
    {
        // All documents are the same to the query: d1, d10, d2.
        SentenceMetrics metrics = Evaluate([("q1", "d10")], [1, 0], [1, 0], [1, 0], [1, 0]);

        Assert.AreEqual(1 / 2.0, metrics["cosine_mrr@10"]);
    }

    [TestMethod]
    public void Queries_without_relevant_documents_do_not_count()
    {
        // The second query is never embedded: three documents and one query.
        SentenceMetrics metrics = Evaluate([("q1", "d1"), ("unknown", "d2")], [1, 0], [0, 1], [0, 1], [1, 0]);

        Assert.AreEqual(1, metrics["cosine_accuracy@1"]);
    }

    [TestMethod]
    public void Relevant_documents_that_the_corpus_lacks_are_never_found()
    {
        SentenceMetrics metrics = Evaluate([("q1", "d1"), ("q1", "d1"), ("q1", "lost")], [1, 0], [0, 1], [0, 1], [1, 0]);

        Assert.AreEqual(1 / 2.0, metrics["cosine_recall@10"]);
    }

    [TestMethod]
    public void Without_anything_to_find_there_is_no_evaluator()
    {
        Assert.Contains("no documents", Assert.ThrowsExactly<ArgumentException>(() => new InformationRetrievalEvaluator("x", Queries, new Dictionary<string, string>(), [("q1", "d1")])).Message);
        Assert.Contains("None of the 2 queries", Assert.ThrowsExactly<ArgumentException>(() => new InformationRetrievalEvaluator("x", Queries, Corpus, [("q3", "d1")])).Message);
        Assert.Contains("'q1' has an id that is null", Assert.ThrowsExactly<ArgumentException>(() => new InformationRetrievalEvaluator("x", Queries, Corpus, [("q1", null!)])).Message);
        var texts = new Dictionary<string, string>(Corpus) { ["d3"] = null! };
        Assert.Contains("'d3' is null", Assert.ThrowsExactly<ArgumentException>(() => new InformationRetrievalEvaluator("x", Queries, texts, [("q1", "d1")])).Message);
    }

    [TestMethod]
    [DataRow(new int[0])]
    [DataRow(new[] { 0 })]
    [DataRow(new[] { 3, 3 })]
    public void Numbers_of_documents_must_be_positive_and_different(int[] numbers)
    {
        Assert.ThrowsExactly<ArgumentException>(() => new InformationRetrievalOptions { NdcgAt = numbers });
    }

    /// <summary>Evaluates the first query with the vectors of d1, d10, d2, and of the query: documents are embedded in the order of their ids.</summary>
    private static SentenceMetrics Evaluate((string QueryId, string DocumentId)[] relevant, params float[][] vectors) =>
        new InformationRetrievalEvaluator("x", Queries, Corpus, relevant).Evaluate(new VectorsSource(vectors), CancellationToken.None);

    private static JsonElement Parse(string line) => JsonSerializer.Deserialize<JsonElement>(line);
}
