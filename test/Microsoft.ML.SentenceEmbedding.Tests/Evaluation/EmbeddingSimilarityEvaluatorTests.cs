using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class EmbeddingSimilarityEvaluatorTests
{
    private static readonly string[] First = ["E:1", "E:2", "E:3"];
    private static readonly string[] Second = ["T:1", "T:2", "E:1"];
    private static readonly double[] Scores = [5, 2.5, 0];

    [TestMethod]
    public void Metrics_are_Pythons()
    {
        JsonElement golden = EvaluatorGolden.Evaluator("embedding_similarity");
        string[] first = golden.GetProperty("sentences1").Deserialize<string[]>()!;
        string[] second = golden.GetProperty("sentences2").Deserialize<string[]>()!;
        double[] scores = golden.GetProperty("scores").Deserialize<double[]>()!;
        double largest = 0;
        int calls = 0;
        foreach (JsonElement call in EvaluatorGolden.Calls("embedding_similarity"))
        {
            var evaluator = new EmbeddingSimilarityEvaluator(
                "x", first, second, scores, EvaluatorGolden.Argument<string[]>(call, "similarity_fn_names"), EvaluatorGolden.Argument<string>(call, "main_similarity"));

            SentenceMetrics metrics = evaluator.Evaluate(
                new MatrixEmbeddingSource(EvaluatorGolden.Argument<int?>(call, "truncate_dim"), EvaluatorGolden.Argument<string>(call, "precision")), CancellationToken.None);

            Assert.AreEqual(evaluator.PrimaryMetric, metrics.PrimaryMetric);
            largest = Math.Max(largest, EvaluatorGolden.Compare(call, metrics, "x_"));
            calls++;
        }

        ParityReport.Add($"EmbeddingSimilarityEvaluator against Python's: {calls} calls, largest difference {largest:g2}");
        Assert.AreEqual(8, calls);
    }

    [TestMethod]
    public void A_sentence_that_is_there_often_is_embedded_once()
    {
        var source = new MatrixEmbeddingSource();

        new EmbeddingSimilarityEvaluator("pairs", First, Second, Scores, ["cosine", "dot"]).Evaluate(source, CancellationToken.None);

        Assert.AreEqual(5, source.Embedded);
    }

    [TestMethod]
    public void Constant_similarities_have_no_correlation()
    {
        var evaluator = new EmbeddingSimilarityEvaluator("pairs", First, First, Scores, ["manhattan"]);

        SentenceMetrics metrics = evaluator.Evaluate(new MatrixEmbeddingSource(), CancellationToken.None);

        Assert.IsTrue(double.IsNaN(metrics["pearson_manhattan"]));
        Assert.IsTrue(double.IsNaN(metrics.PrimaryValue));
    }

    [TestMethod]
    public void The_zero_vector_has_the_cosine_zero()
    {
        var evaluator = new EmbeddingSimilarityEvaluator("pairs", ["E:50", "E:1", "E:2"], ["E:1", "E:1", "E:2"], [0, 1, 1]);

        SentenceMetrics metrics = evaluator.Evaluate(new MatrixEmbeddingSource(), CancellationToken.None);

        Assert.AreEqual(1, metrics["pearson_cosine"], EvaluatorGolden.Tolerance);
    }

    [TestMethod]
    public void Scores_may_have_any_scale()
    {
        var source = new MatrixEmbeddingSource();

        SentenceMetrics metrics = new EmbeddingSimilarityEvaluator("pairs", First, Second, Scores).Evaluate(source, CancellationToken.None);
        SentenceMetrics scaled = new EmbeddingSimilarityEvaluator("pairs", First, Second, [.. Scores.Select(score => (score / 5) - 3)]).Evaluate(source, CancellationToken.None);

        Assert.AreEqual(metrics["pearson_cosine"], scaled["pearson_cosine"], EvaluatorGolden.Tolerance);
        Assert.AreEqual(metrics["spearman_cosine"], scaled["spearman_cosine"]);
    }

    [TestMethod]
    public void Lists_of_different_lengths_are_refused()
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => new EmbeddingSimilarityEvaluator("pairs", First, Second, [1, 2]));

        Assert.Contains("There are 3 first sentences, 3 second sentences, and 2 scores", exception.Message);
    }

    [TestMethod]
    public void Fewer_than_two_pairs_are_refused()
    {
        Assert.Contains("there is none", Assert.ThrowsExactly<ArgumentException>(() => new EmbeddingSimilarityEvaluator("pairs", [], [], [])).Message);
        Assert.Contains("there is one", Assert.ThrowsExactly<ArgumentException>(() => new EmbeddingSimilarityEvaluator("pairs", ["a"], ["b"], [1])).Message);
    }

    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    public void Scores_that_are_no_number_are_refused(double score)
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => new EmbeddingSimilarityEvaluator("pairs", First, Second, [1, score, 2]));

        Assert.AreEqual("scores", exception.ParamName);
        Assert.Contains("index 1", exception.Message);
    }

    [TestMethod]
    public void A_null_sentence_is_refused()
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => new EmbeddingSimilarityEvaluator("pairs", First, ["a", "b", null!], Scores));

        Assert.AreEqual("sentences2", exception.ParamName);
        Assert.Contains("index 2", exception.Message);
    }

    [TestMethod]
    [DataRow("cosinus", null, "'cosinus' is no similarity function")]
    [DataRow("dot,dot", null, "twice")]
    [DataRow("dot,cosine", "euclidean", "'euclidean' is none of dot, cosine")]
    [DataRow(null, "hamming", "'hamming' is no similarity function")]
    public void Wrong_similarity_functions_are_refused(string? functions, string? main, string message)
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => new EmbeddingSimilarityEvaluator("pairs", First, Second, Scores, functions?.Split(','), main));

        Assert.Contains(message, exception.Message);
    }
}
