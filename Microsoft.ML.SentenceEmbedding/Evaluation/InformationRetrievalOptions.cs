namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What <see cref="InformationRetrievalEvaluator"/> measures. The defaults are those of sentence-transformers.</summary>
public sealed class InformationRetrievalOptions
{
    private IReadOnlyList<int> _accuracyAt = [1, 3, 5, 10];
    private IReadOnlyList<int> _precisionRecallAt = [1, 3, 5, 10];
    private IReadOnlyList<int> _ndcgAt = [10];
    private IReadOnlyList<int> _mrrAt = [10];
    private IReadOnlyList<int> _mapAt = [100];

    /// <summary>Gets or sets the numbers of documents within which one relevant document makes a query a success. The default is 1, 3, 5, and 10.</summary>
    /// <exception cref="ArgumentException">There are none, one is less than 1, or one is there twice.</exception>
    public IReadOnlyList<int> AccuracyAt
    {
        get => _accuracyAt;
        set => _accuracyAt = Check(value);
    }

    /// <summary>Gets or sets the numbers of documents of which precision and recall are taken. The default is 1, 3, 5, and 10.</summary>
    /// <exception cref="ArgumentException">There are none, one is less than 1, or one is there twice.</exception>
    public IReadOnlyList<int> PrecisionRecallAt
    {
        get => _precisionRecallAt;
        set => _precisionRecallAt = Check(value);
    }

    /// <summary>Gets or sets the numbers of documents of which the normalized discounted cumulative gain is taken; the greatest one's decides between two models. The default is 10.</summary>
    /// <exception cref="ArgumentException">There are none, one is less than 1, or one is there twice.</exception>
    public IReadOnlyList<int> NdcgAt
    {
        get => _ndcgAt;
        set => _ndcgAt = Check(value);
    }

    /// <summary>Gets or sets the numbers of documents within which the first relevant one is looked for, for the mean reciprocal rank. The default is 10.</summary>
    /// <exception cref="ArgumentException">There are none, one is less than 1, or one is there twice.</exception>
    public IReadOnlyList<int> MrrAt
    {
        get => _mrrAt;
        set => _mrrAt = Check(value);
    }

    /// <summary>Gets or sets the numbers of documents of which the mean average precision is taken. The default is 100.</summary>
    /// <exception cref="ArgumentException">There are none, one is less than 1, or one is there twice.</exception>
    public IReadOnlyList<int> MapAt
    {
        get => _mapAt;
        set => _mapAt = Check(value);
    }

    /// <summary>Gets or sets how documents are ranked: any of "cosine", "dot", "euclidean", and "manhattan", each with metrics of its own; null, the default, for the main one.</summary>
    public IReadOnlyList<string>? SimilarityFunctions { get; set; }

    /// <summary>Gets or sets the function that decides between two models; null, the default, for the one that ranks best, or cosine where none are given.</summary>
    public string? MainSimilarity { get; set; }

    private static int[] Check(IReadOnlyList<int> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Count > 0 && value.All(k => k > 0) && value.Distinct().Count() == value.Count
            ? [.. value]
            : throw new ArgumentException($"Numbers of documents must be at least 1, each once, and one at least; there are [{string.Join(", ", value)}].", nameof(value));
    }
}
