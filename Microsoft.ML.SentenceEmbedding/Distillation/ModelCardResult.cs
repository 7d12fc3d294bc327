using System.Globalization;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What an evaluator says about the saved student, under the names that the Hugging Face hub knows.</summary>
/// <param name="Name">The evaluator's name, which may be empty.</param>
/// <param name="Evaluator">The evaluator's class.</param>
/// <param name="Task">What is judged, such as "Semantic Similarity".</param>
/// <param name="Metrics">The metrics.</param>
internal sealed record ModelCardResult(string Name, string Evaluator, string Task, SentenceMetrics Metrics)
{
    /// <summary>Gives a result for each evaluator.</summary>
    public static IReadOnlyList<ModelCardResult> All(IReadOnlyList<ISentenceEvaluator> evaluators, IReadOnlyList<SentenceMetrics> metrics)
        => [.. evaluators.Zip(metrics, (evaluator, values) => new ModelCardResult(evaluator.Name, evaluator.GetType().Name, TaskOf(values), values))];

    /// <summary>Gives a metric's name in words: "Spearman Cosine" for "spearman_cosine".</summary>
    public static string Title(string metric) => CultureInfo.InvariantCulture.TextInfo.ToTitleCase(metric.Replace('_', ' '));

    // The metrics tell the task, so that evaluators from outside the library have one too.
    private static string TaskOf(SentenceMetrics metrics)
        => metrics.Names.Any(name => name.StartsWith("spearman_", StringComparison.Ordinal)) ? "Semantic Similarity"
        : metrics.Names.Contains("negative_mse") ? "Knowledge Distillation"
        : metrics.Names.Any(name => name.Contains("ndcg@", StringComparison.Ordinal)) ? "Information Retrieval"
        : "Sentence Embedding";
}
