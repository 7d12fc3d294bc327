using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class MseEvaluatorTests
{
    [TestMethod]
    public void Metrics_are_Pythons()
    {
        string[] texts = [.. Enumerable.Range(0, MatrixEmbeddingSource.Matrix("T").Length).Select(row => $"T:{row}")];
        double largest = 0;
        int calls = 0;
        foreach (JsonElement call in EvaluatorGolden.Calls("mse"))
        {
            int? dimensions = EvaluatorGolden.Argument<int?>(call, "truncate_dim");
            float[][] teacherVectors = [.. MatrixEmbeddingSource.Matrix("E").Select(row => row[..(dimensions ?? row.Length)])];

            SentenceMetrics metrics = new MseEvaluator("x", texts, teacherVectors).Evaluate(new MatrixEmbeddingSource(dimensions), CancellationToken.None);

            largest = Math.Max(largest, EvaluatorGolden.Compare(call, metrics));
            calls++;
        }

        ParityReport.Add($"MseEvaluator against Python's: {calls} calls, largest difference {largest:g2}");
        Assert.AreEqual(2, calls);
    }

    [TestMethod]
    public void Numbers_are_squared_averaged_and_negated()
    {
        var evaluator = new MseEvaluator("x", ["a", "b", "a"], [[1, 2], [3, 4], [1, 3]]);

        SentenceMetrics metrics = evaluator.Evaluate(new VectorsSource([1, 2], [0, 5]), CancellationToken.None);

        Assert.AreEqual(-100 * (9 + 1 + 1) / 6.0, metrics["negative_mse"], 1e-12);
        Assert.AreEqual("negative_mse", metrics.PrimaryMetric);
    }

    [TestMethod]
    public void A_teacher_agrees_with_itself()
    {
        using var teacher = new SentenceEncoder(SentenceModel.Load(TinyModels.Directory("bert-mean-normalize")));

        SentenceMetrics metrics = new MseEvaluator("x", ["one", "two", "one"], teacher).Evaluate(teacher);

        Assert.AreEqual(0, metrics.PrimaryValue, 1e-9);
    }

    [TestMethod]
    public void Vectors_of_another_size_than_the_teachers_are_refused()
    {
        var evaluator = new MseEvaluator("x", ["a"], [[1, 2]]);

        var exception = Assert.ThrowsExactly<ArgumentException>(() => evaluator.Evaluate(new VectorsSource([1, 2, 3]), CancellationToken.None));

        Assert.Contains("have 3 numbers; the teacher's have 2", exception.Message);
    }

    [TestMethod]
    public void Wrong_arguments_are_refused()
    {
        Assert.Contains("no texts", Assert.ThrowsExactly<ArgumentException>(() => new MseEvaluator("x", [], Array.Empty<float[]>())).Message);
        Assert.Contains("each of 2 texts, got 1", Assert.ThrowsExactly<ArgumentException>(() => new MseEvaluator("x", ["a", "b"], [[1f]])).Message);
        Assert.Contains("'b' (index 1) has 2 numbers", Assert.ThrowsExactly<ArgumentException>(() => new MseEvaluator("x", ["a", "b"], [[1f], [1f, 2f]])).Message);
        Assert.Contains("'a' (index 0) holds a number that is NaN", Assert.ThrowsExactly<ArgumentException>(() => new MseEvaluator("x", ["a"], [[1f, float.NaN, 5f]])).Message);
        Assert.Contains("index 0 is null", Assert.ThrowsExactly<ArgumentException>(() => new MseEvaluator("x", [null!], [[1f]])).Message);
    }
}
