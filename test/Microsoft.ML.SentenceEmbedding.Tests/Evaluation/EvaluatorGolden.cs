using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>What Python's evaluators say about the golden matrices.</summary>
internal static class EvaluatorGolden
{
    public const double Tolerance = 1e-6;

    private static readonly Lazy<JsonElement> Document = new(() => TinyModels.Math("evaluators"));

    public static JsonElement Evaluator(string name) => Document.Value.GetProperty(name);

    public static IEnumerable<JsonElement> Calls(string name) => Evaluator(name).GetProperty("calls").EnumerateArray();

    /// <summary>Gets a call's argument, or the default of its type where it was not given.</summary>
    public static T? Argument<T>(JsonElement call, string name) => call.GetProperty("args").TryGetProperty(name, out JsonElement value) ? value.Deserialize<T>() : default;

    /// <summary>Asserts that the metrics are those of the call, by name, order, and value, and gives the largest difference.</summary>
    public static double Compare(JsonElement call, SentenceMetrics actual, string prefix = "")
    {
        Dictionary<string, double> expected = call.GetProperty("metrics").Deserialize<Dictionary<string, double>>()!;
        double largest = 0;
        CollectionAssert.AreEqual(expected.Keys.ToArray(), actual.Names.Select(name => prefix + name).ToArray());
        Assert.AreEqual(call.GetProperty("primary_metric").GetString(), prefix + actual.PrimaryMetric);
        foreach (string name in actual.Names)
        {
            Assert.AreEqual(expected[prefix + name], actual[name], Tolerance, $"{name} of {call.GetProperty("args")}");
            largest = Math.Max(largest, Math.Abs(expected[prefix + name] - actual[name]));
        }

        return largest;
    }
}
