using System.Globalization;
using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class LayerReductionTests
{
    [TestMethod]
    public void EverySubsetOfLayersScoresAsInPython()
    {
        using var reference = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("reference/all-MiniLM-L6-v2/layer-reduction.json")));
        var pairs = CommaSeparated.Read(SharedData.Require("data/stsb/stsb-en-dev.csv"));
        var similarity = new EmbeddingSimilarityEvaluator(
            "sts-dev", [.. pairs.Select(pair => pair[0])], [.. pairs.Select(pair => pair[1])], [.. pairs.Select(pair => double.Parse(pair[2], CultureInfo.InvariantCulture))]);
        string[] sentences = [.. pairs.SelectMany(pair => pair.Take(2)).Distinct()];
        using var teacher = new SentenceEncoder(SentenceModel.Default);
        var error = new MseEvaluator("sts-dev", sentences, teacher.Encode(sentences));

        double worstSpearman = 0;
        double worstError = 0;
        int count = 0;
        foreach (var entry in reference.RootElement.GetProperty("layers").EnumerateArray())
        {
            int[] layers = [.. entry.GetProperty("keep").EnumerateArray().Select(layer => layer.GetInt32())];
            using var encoder = new SentenceEncoder(SentenceModel.Default.KeepLayers(layers));
            var vectors = new KnownVectors(sentences, encoder.Encode(sentences));
            worstSpearman = Math.Max(worstSpearman, Compare("spearman_cosine", similarity, "stsb_dev_spearman_cosine", 2e-4));
            worstError = Math.Max(worstError, Compare("negative_mse", error, "negative_mse_stsb_dev", 2e-3));
            count++;

            double Compare(string metric, ISentenceEvaluator evaluator, string key, double tolerance)
            {
                double expected = entry.GetProperty(key).GetDouble();
                double actual = evaluator.Evaluate(vectors, CancellationToken.None)[metric];
                Assert.AreEqual(expected, actual, tolerance, $"{metric} of layers {string.Join(", ", layers)}");
                return Math.Abs(expected - actual);
            }
        }

        ParityReport.Add($"{count} subsets of the layers of all-MiniLM-L6-v2 on STS-B dev: spearman within {worstSpearman:E1}, negative MSE within {worstError:E1} (the reference has 4 decimals)");
    }
}
