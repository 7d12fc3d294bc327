namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Judges how well the similarity of two sentences' vectors agrees with scores that people gave, as sentence-transformers' evaluator of the same name.</summary>
/// <remarks>
/// For each similarity function there are "pearson_cosine" (or dot, euclidean, manhattan) and "spearman_cosine", from -1 to 1, where 1 is the best; with several functions also
/// "pearson_max" and "spearman_max". They are NaN where all scores or all similarities are equal. The scale of the scores does not matter; greater means more similar.
/// </remarks>
public sealed class EmbeddingSimilarityEvaluator : ISentenceEvaluator
{
    private readonly UniqueTexts _texts = new();
    private readonly int[] _first;
    private readonly int[] _second;
    private readonly double[] _scores;
    private readonly IReadOnlyList<string> _functions;

    /// <summary>Creates an evaluator.</summary>
    /// <param name="name">What the data is called, such as "sts-dev"; may be empty.</param>
    /// <param name="sentences1">The first sentence of each pair.</param>
    /// <param name="sentences2">The second sentence of each pair.</param>
    /// <param name="scores">How similar the sentences of each pair are, on any scale.</param>
    /// <param name="similarityFunctions">Any of "cosine", "dot", "euclidean", and "manhattan"; null for the main one.</param>
    /// <param name="mainSimilarity">The function whose spearman decides between two models; null for the greatest of all functions, or cosine where none are given.</param>
    /// <exception cref="ArgumentException">The lists have different lengths or fewer than two pairs, a sentence is null, a score is not finite, or a similarity function is unknown.</exception>
    public EmbeddingSimilarityEvaluator(
        string name,
        IReadOnlyList<string> sentences1,
        IReadOnlyList<string> sentences2,
        IReadOnlyList<double> scores,
        IReadOnlyList<string>? similarityFunctions = null,
        string? mainSimilarity = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(sentences1);
        ArgumentNullException.ThrowIfNull(sentences2);
        ArgumentNullException.ThrowIfNull(scores);
        if (sentences1.Count != sentences2.Count || sentences1.Count != scores.Count)
        {
            throw new ArgumentException($"There are {sentences1.Count} first sentences, {sentences2.Count} second sentences, and {scores.Count} scores; their numbers must be equal.", nameof(scores));
        }

        if (scores.Count < 2)
        {
            throw new ArgumentException($"A correlation needs at least two pairs; there is {(scores.Count == 0 ? "none" : "one")}.", nameof(scores));
        }

        for (int i = 0; i < scores.Count; i++)
        {
            if (!double.IsFinite(scores[i]))
            {
                throw new ArgumentException($"The score at index {i} is {scores[i]}; it must be finite.", nameof(scores));
            }
        }

        Name = name;
        _functions = VectorSimilarity.Choose(similarityFunctions, mainSimilarity);
        PrimaryMetric = "spearman_" + (mainSimilarity ?? (_functions.Count > 1 ? "max" : _functions[0]));
        _first = _texts.Add(sentences1, nameof(sentences1));
        _second = _texts.Add(sentences2, nameof(sentences2));
        _scores = [.. scores];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string PrimaryMetric { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The source's vectors are not one for each text, all finite and of one length.</exception>
    public SentenceMetrics Evaluate(IEmbeddingSource source, CancellationToken cancellationToken)
    {
        float[][] vectors = _texts.Embed(source, cancellationToken);
        var values = new List<KeyValuePair<string, double>>();
        var pearsons = new List<double>();
        var spearmans = new List<double>();
        double[] similarities = new double[_scores.Length];
        foreach (string function in _functions)
        {
            for (int i = 0; i < similarities.Length; i++)
            {
                similarities[i] = VectorSimilarity.Compute(function, vectors[_first[i]], vectors[_second[i]]);
            }

            pearsons.Add(Correlation.Pearson(_scores, similarities));
            spearmans.Add(Correlation.Spearman(_scores, similarities));
            values.Add(new($"pearson_{function}", pearsons[^1]));
            values.Add(new($"spearman_{function}", spearmans[^1]));
        }

        if (_functions.Count > 1)
        {
            values.Add(new("pearson_max", pearsons.Max()));
            values.Add(new("spearman_max", spearmans.Max()));
        }

        return new SentenceMetrics(PrimaryMetric, values);
    }
}
