namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A column of an evaluator's comma-separated file.</summary>
/// <param name="Heading">What stands above it.</param>
/// <param name="Metric">The metric in it.</param>
/// <param name="Sign">1, or -1 where the file has the metric with the other sign.</param>
internal sealed record EvaluationColumn(string Heading, string Metric, int Sign = 1)
{
    // The order within one similarity function, and the headings. Precision and recall alternate.
    private static readonly (string Metric, string Heading)[][] RetrievalGroups =
        [[("accuracy", "Accuracy")], [("precision", "Precision"), ("recall", "Recall")], [("mrr", "MRR")], [("ndcg", "NDCG")], [("map", "MAP")]];

    /// <summary>Gives the columns that sentence-transformers writes for an evaluator, or all metrics for one that it does not have.</summary>
    public static IReadOnlyList<EvaluationColumn> Of(ISentenceEvaluator evaluator, SentenceMetrics metrics) => evaluator switch
    {
        EmbeddingSimilarityEvaluator => [.. metrics.Names.Where(name => !name.EndsWith("_max", StringComparison.Ordinal)).Select(OfSimilarity)],
        MseEvaluator => [new("MSE", evaluator.PrimaryMetric, -1)],
        InformationRetrievalEvaluator => [.. OfRetrieval(metrics.Names)],
        _ => [.. metrics.Names.Select(name => new EvaluationColumn(name, name))],
    };

    // "pearson_cosine" is headed "cosine_pearson".
    private static EvaluationColumn OfSimilarity(string name)
    {
        string[] parts = name.Split('_');
        return new EvaluationColumn($"{parts[1]}_{parts[0]}", name);
    }

    // "cosine_ndcg@10" is headed "cosine-NDCG@10". The functions are in the order of their names, as in Python.
    private static IEnumerable<EvaluationColumn> OfRetrieval(IReadOnlyList<string> names)
    {
        foreach (string function in names.Select(name => name.Split('_')[0]).Distinct().Order(StringComparer.Ordinal))
        {
            foreach (var group in RetrievalGroups)
            {
                string first = $"{function}_{group[0].Metric}@";
                foreach (string k in names.Where(name => name.StartsWith(first, StringComparison.Ordinal)).Select(name => name[first.Length..]))
                {
                    foreach ((string metric, string heading) in group)
                    {
                        yield return new EvaluationColumn($"{function}-{heading}@{k}", $"{function}_{metric}@{k}");
                    }
                }
            }
        }
    }
}
