namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class EvaluationCsvTests
{
    private static readonly string[] First = ["a", "b"];
    private static readonly string[] Second = ["c", "d"];

    [TestMethod]
    public void Similarity_is_written_as_Python_writes_it()
    {
        var evaluator = new EmbeddingSimilarityEvaluator("sts-dev", First, Second, [1, 0], ["cosine", "dot"]);
        var metrics = Metrics(("pearson_cosine", 0.5), ("spearman_cosine", 1), ("pearson_dot", double.NaN), ("spearman_dot", 1e-5), ("pearson_max", 0.5), ("spearman_max", 1));

        string path = EvaluationCsv.Write(TemporaryFiles.CreatePath(), evaluator, [(0, 0, metrics), (0.25, 100, metrics), (-1, -1, metrics)]);

        Assert.AreEqual("similarity_evaluation_sts-dev_results.csv", Path.GetFileName(path));
        Assert.AreEqual(
            "epoch,steps,cosine_pearson,cosine_spearman,dot_pearson,dot_spearman\r\n0.0,0,0.5,1.0,nan,1e-05\r\n0.25,100,0.5,1.0,nan,1e-05\r\n-1,-1,0.5,1.0,nan,1e-05\r\n",
            File.ReadAllText(path));
    }

    [TestMethod]
    public void Squared_error_is_written_without_its_sign()
    {
        var evaluator = new MseEvaluator(string.Empty, ["a"], [[1f]]);

        string path = EvaluationCsv.Write(TemporaryFiles.CreatePath(), evaluator, [(1, 10, Metrics(("negative_mse", -8.25)))]);

        Assert.AreEqual("mse_evaluation__results.csv", Path.GetFileName(path));
        Assert.AreEqual("epoch,steps,MSE\r\n1.0,10,8.25\r\n", File.ReadAllText(path));
    }

    [TestMethod]
    public void Retrieval_is_written_as_Python_writes_it()
    {
        var evaluator = new InformationRetrievalEvaluator(
            "scifact", new Dictionary<string, string> { ["q"] = "a" }, new Dictionary<string, string> { ["d"] = "b" }, [("q", "d")],
            new InformationRetrievalOptions { AccuracyAt = [1, 3], PrecisionRecallAt = [1, 5], MainSimilarity = "dot", SimilarityFunctions = ["dot", "cosine"] });

        SentenceMetrics metrics = evaluator.Evaluate(new VectorsSource([1], [1]), CancellationToken.None);
        string path = EvaluationCsv.Write(TemporaryFiles.CreatePath(), evaluator, [(2, 7, metrics)]);

        string[] lines = File.ReadAllText(path).Split('\n');
        Assert.AreEqual("Information-Retrieval_evaluation_scifact_results.csv", Path.GetFileName(path));
        Assert.AreEqual(
            "epoch,steps,cosine-Accuracy@1,cosine-Accuracy@3,cosine-Precision@1,cosine-Recall@1,cosine-Precision@5,cosine-Recall@5,cosine-MRR@10,cosine-NDCG@10,cosine-MAP@100,"
            + "dot-Accuracy@1,dot-Accuracy@3,dot-Precision@1,dot-Recall@1,dot-Precision@5,dot-Recall@5,dot-MRR@10,dot-NDCG@10,dot-MAP@100",
            lines[0]);
        Assert.AreEqual("2.0,7,1.0,1.0,1.0,1.0,0.2,1.0,1.0,1.0,1.0,1.0,1.0,1.0,1.0,0.2,1.0,1.0,1.0,1.0", lines[1]);
        Assert.AreEqual(string.Empty, lines[2]);
    }

    [TestMethod]
    public void A_log_replaces_the_one_before_and_leaves_nothing_else()
    {
        string directory = TemporaryFiles.CreatePath();
        var evaluator = new MseEvaluator("x", ["a"], [[1f]]);

        EvaluationCsv.Write(directory, evaluator, [(1, 10, Metrics(("negative_mse", -1))), (1, 20, Metrics(("negative_mse", -2)))]);
        string path = EvaluationCsv.Write(directory, evaluator, [(1, 10, Metrics(("negative_mse", -1)))]);

        Assert.AreEqual("epoch,steps,MSE\r\n1.0,10,1.0\r\n", File.ReadAllText(path));
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFiles(directory));
    }

    [TestMethod]
    public void What_cannot_be_written_leaves_nothing()
    {
        string directory = TemporaryFiles.CreatePath();
        var evaluator = new MseEvaluator("x", ["a"], [[1f]]);
        Directory.CreateDirectory(Path.Combine(directory, EvaluationCsv.FileName(evaluator)));

        // A directory has the file's name.
        var exception = Assert.Throws<SystemException>(() => EvaluationCsv.Write(directory, evaluator, [(1, 10, Metrics(("negative_mse", -1)))]));

        Assert.IsTrue(exception is IOException or UnauthorizedAccessException, exception.ToString());
        Assert.IsEmpty(Directory.GetFiles(directory));
    }

    [TestMethod]
    public void Another_evaluators_metrics_have_their_own_names()
    {
        string path = EvaluationCsv.Write(TemporaryFiles.CreatePath(), new OtherEvaluator("mine"), [(1, 10, Metrics(("one", 1), ("two", -2)))]);

        Assert.AreEqual("mine_results.csv", Path.GetFileName(path));
        Assert.AreEqual("epoch,steps,one,two\r\n1.0,10,1.0,-2.0\r\n", File.ReadAllText(path));
    }

    [TestMethod]
    public void Wrong_arguments_are_refused()
    {
        Assert.Contains("'a/b' holds a character", Assert.ThrowsExactly<ArgumentException>(() => EvaluationCsv.FileName(new OtherEvaluator("a/b"))).Message);
        Assert.Contains("no rows", Assert.ThrowsExactly<ArgumentException>(() => EvaluationCsv.Write("nowhere", new OtherEvaluator("x"), [])).Message);
        Assert.Contains(
            "the metrics two; the first one has one",
            Assert.ThrowsExactly<ArgumentException>(() => EvaluationCsv.Write("nowhere", new OtherEvaluator("x"), [(1, 1, Metrics(("one", 1))), (1, 2, Metrics(("two", 1)))])).Message);
        Assert.IsFalse(Directory.Exists("nowhere"));
    }

    private static SentenceMetrics Metrics(params (string Name, double Value)[] values) => new(values[0].Name, [.. values.Select(value => KeyValuePair.Create(value.Name, value.Value))]);

    private sealed class OtherEvaluator(string name) : ISentenceEvaluator
    {
        public string Name => name;

        public string PrimaryMetric => "one";

        public SentenceMetrics Evaluate(IEmbeddingSource source, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
