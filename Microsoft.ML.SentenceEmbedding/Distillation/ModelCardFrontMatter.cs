using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The YAML at the top of a card, which the Hugging Face hub reads.</summary>
internal static partial class ModelCardFrontMatter
{
    /// <summary>Gives the lines, those of the fences included.</summary>
    public static IReadOnlyList<string> Write(string name, string baseModel, string? license, int texts, IReadOnlyList<ModelCardResult> results)
    {
        List<string> lines = ["---"];
        if (license is not null)
        {
            lines.Add($"license: {Quoted(license)}");
        }

        lines.AddRange([
            "library_name: sentence-transformers",
            "pipeline_tag: sentence-similarity",
            "tags:",
            "- sentence-transformers",
            "- sentence-similarity",
            "- feature-extraction",
            "- dense",
            "- ml.net",
            "- generated_from_trainer",
            string.Create(CultureInfo.InvariantCulture, $"- dataset_size:{texts}"),
            "- loss:MSELoss",
        ]);

        // The hub refuses a card whose base model cannot be a name there.
        if (HubName().IsMatch(baseModel))
        {
            lines.Add($"base_model: {Quoted(baseModel)}");
        }

        ModelCardResult[] measured = [.. results.Where(result => FiniteMetrics(result).Any())];
        if (measured.Length > 0)
        {
            lines.Add("metrics:");
            lines.AddRange(measured.SelectMany(FiniteMetrics).Distinct().Select(metric => $"- {Quoted(metric)}"));
            lines.AddRange(["model-index:", $"- name: {Quoted(name)}", "  results:"]);
            lines.AddRange(measured.SelectMany(Result));
        }

        lines.Add("---");
        return lines;
    }

    private static IEnumerable<string> Result(ModelCardResult result)
    {
        string name = result.Name.Length > 0 ? result.Name : "unknown";
        yield return "  - task:";
        yield return $"      type: {result.Task.ToLowerInvariant().Replace(' ', '-')}";
        yield return $"      name: {result.Task}";
        yield return "    dataset:";
        yield return $"      name: {Quoted(name.Replace('-', ' ').Replace('_', ' '))}";
        yield return $"      type: {Quoted(name)}";
        yield return "    metrics:";
        foreach (string metric in FiniteMetrics(result))
        {
            yield return $"    - type: {Quoted(metric)}";
            yield return string.Create(CultureInfo.InvariantCulture, $"      value: {result.Metrics[metric]:F4}");
            yield return $"      name: {Quoted(ModelCardResult.Title(metric))}";
        }
    }

    // The hub takes numbers only.
    private static IEnumerable<string> FiniteMetrics(ModelCardResult result) => result.Metrics.Names.Where(metric => double.IsFinite(result.Metrics[metric]));

    // A JSON string is a YAML string too.
    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    [GeneratedRegex(@"^[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?\z", RegexOptions.ECMAScript)]
    private static partial Regex HubName();
}
