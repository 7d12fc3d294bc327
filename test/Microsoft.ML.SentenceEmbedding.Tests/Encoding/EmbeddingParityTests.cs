using System.Globalization;
using System.Numerics.Tensors;
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

        float[][] first = encoder.Encode([.. rows.Select(row => row[0])]);
        float[][] second = encoder.Encode([.. rows.Select(row => row[1])]);

        double[] cosines = [.. first.Zip(second, (a, b) => (double)TensorPrimitives.CosineSimilarity(a, b))];
        double[] scores = [.. rows.Select(row => double.Parse(row[2], CultureInfo.InvariantCulture))];
        double pearson = Correlation.Pearson(cosines, scores);
        double spearman = Correlation.Spearman(cosines, scores);
        var expected = metrics.RootElement.GetProperty($"stsb-{split}");
        ParityReport.Add($"all-MiniLM-L6-v2, STS-B {split}: {rows.Count} pairs, pearson {pearson:f6}, spearman {spearman:f6}");
        Assert.AreEqual(expected.GetProperty("pearson_cosine").GetDouble(), pearson, CorrelationTolerance);
        Assert.AreEqual(expected.GetProperty("spearman_cosine").GetDouble(), spearman, CorrelationTolerance);
    }
}
