using System.Globalization;
using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>all-MiniLM-L6-v2's vectors against Python's.</summary>
[TestClass]
public class EmbeddingParityTests
{
    private const float VectorTolerance = 2e-6f;
    private const double CorrelationTolerance = 1e-5;

    [TestMethod]
    public void Vectors_are_Pythons()
    {
        using var encoder = new SentenceEncoder(SentenceModel.Default);

        float[][] vectors = encoder.Encode(ReferenceEmbeddings.Texts);

        float largest = 0;
        for (int i = 0; i < vectors.Length; i++)
        {
            largest = Math.Max(largest, Difference.Largest(vectors[i], ReferenceEmbeddings.Vector(i)));
        }

        ParityReport.Add($"all-MiniLM-L6-v2, vectors against Python's: {vectors.Length} texts, largest difference {largest:g2}");
        Assert.HasCount(805, vectors);
        Assert.IsLessThanOrEqualTo(VectorTolerance, largest);
    }

    [TestMethod]
    [DataRow("dev")]
    [DataRow("test")]
    public void Correlations_on_the_semantic_textual_similarity_benchmark_are_Pythons(string split)
    {
        using var metrics = JsonDocument.Parse(File.ReadAllText(SharedData.Require("reference/all-MiniLM-L6-v2/metrics.json")));
        var rows = CommaSeparated.Read(SharedData.Require($"data/stsb/stsb-en-{split}.csv"));
        using var encoder = new SentenceEncoder(SentenceModel.Default);

        var evaluator = new EmbeddingSimilarityEvaluator(
            $"sts-{split}",
            [.. rows.Select(row => row[0])],
            [.. rows.Select(row => row[1])],
            [.. rows.Select(row => double.Parse(row[2], CultureInfo.InvariantCulture))],
            ["cosine", "dot", "euclidean", "manhattan"]);

        SentenceMetrics actual = evaluator.Evaluate(encoder);

        var expected = metrics.RootElement.GetProperty($"stsb-{split}").Deserialize<Dictionary<string, double>>()!;
        double largest = actual.Names.Max(name => Math.Abs(expected[name] - actual[name]));
        ParityReport.Add($"all-MiniLM-L6-v2, STS-B {split}: {rows.Count} pairs, pearson {actual["pearson_cosine"]:f6}, spearman {actual["spearman_cosine"]:f6}, largest difference of {actual.Names.Count} metrics to Python's {largest:g2}");
        Assert.HasCount(expected.Count, actual.Names);
        Assert.IsLessThanOrEqualTo(CorrelationTolerance, largest);
    }
}
