namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Judges how well the documents that are most similar to a query are those that people found relevant, as sentence-transformers' evaluator of the same name.</summary>
/// <remarks>
/// <para>
/// For each similarity function there are "cosine_accuracy@1" and so on: accuracy, precision, recall, ndcg, mrr, and map, means over the queries, from 0 to 1, where 1 is the best.
/// Documents of equal similarity are ordered by their id.
/// </para>
/// <para>As in Python, queries without relevant documents do not count, and relevant documents that the corpus lacks count as not found.</para>
/// </remarks>
public sealed class InformationRetrievalEvaluator : ISentenceEvaluator
{
    private readonly UniqueTexts _texts = new();
    private readonly int[] _queries;
    private readonly int[] _corpus;
    private readonly string[] _corpusIds;
    private readonly HashSet<string>[] _relevant;
    private readonly InformationRetrievalOptions _options;
    private readonly IReadOnlyList<string> _functions;

    /// <summary>Creates an evaluator.</summary>
    /// <param name="name">What the data is called, such as "scifact"; may be empty.</param>
    /// <param name="queries">The queries by id.</param>
    /// <param name="corpus">The documents by id.</param>
    /// <param name="relevantDocuments">Which document is relevant to which query, by their ids. A pair that is there twice counts once.</param>
    /// <param name="options">What is measured, or null for the defaults. They are read once, now.</param>
    /// <exception cref="ArgumentException">The corpus is empty, no query has a relevant document, a text or an id is null, or a similarity function is unknown.</exception>
    public InformationRetrievalEvaluator(
        string name,
        IReadOnlyDictionary<string, string> queries,
        IReadOnlyDictionary<string, string> corpus,
        IEnumerable<(string QueryId, string DocumentId)> relevantDocuments,
        InformationRetrievalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentNullException.ThrowIfNull(relevantDocuments);
        if (corpus.Count == 0)
        {
            throw new ArgumentException("The corpus has no documents.", nameof(corpus));
        }

        var relevant = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach ((string query, string document) in relevantDocuments)
        {
            if (query is null || document is null)
            {
                throw new ArgumentException($"The relevant document '{document}' of the query '{query}' has an id that is null.", nameof(relevantDocuments));
            }

            if (!relevant.TryGetValue(query, out HashSet<string>? documents))
            {
                relevant.Add(query, documents = new HashSet<string>(StringComparer.Ordinal));
            }

            documents.Add(document);
        }

        string[] queryIds = [.. queries.Keys.Where(relevant.ContainsKey)];
        if (queryIds.Length == 0)
        {
            throw new ArgumentException($"None of the {queries.Count} queries has a relevant document.", nameof(relevantDocuments));
        }

        Name = name;
        _options = Copy(options ?? new InformationRetrievalOptions());
        _functions = VectorSimilarity.Choose(_options.SimilarityFunctions, _options.MainSimilarity);
        _corpusIds = [.. corpus.Keys.Order(StringComparer.Ordinal)];
        _corpus = _texts.Add(Texts(corpus, _corpusIds, nameof(corpus)), nameof(corpus));
        _queries = _texts.Add(Texts(queries, queryIds, nameof(queries)), nameof(queries));
        _relevant = [.. queryIds.Select(id => relevant[id])];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    /// <remarks>With several similarity functions and no main one, the metrics name the function that ranked best instead.</remarks>
    public string PrimaryMetric => Primary(_options.MainSimilarity ?? _functions[0]);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The source's vectors are not one for each text, all finite and of one length.</exception>
    public SentenceMetrics Evaluate(IEmbeddingSource source, CancellationToken cancellationToken)
    {
        float[][] vectors = _texts.Embed(source, cancellationToken);
        float[][] queries = [.. _queries.Select(place => vectors[place])];
        float[][] corpus = [.. _corpus.Select(place => vectors[place])];
        int documents = new[] { _options.AccuracyAt, _options.PrecisionRecallAt, _options.NdcgAt, _options.MrrAt, _options.MapAt }.Max(list => list.Max());
        var values = new List<KeyValuePair<string, double>>();
        foreach (string function in _functions)
        {
            int[][] found = new VectorSearch(function, corpus).Find(queries, documents, cancellationToken);
            bool[][] rankings = [.. found.Select((ranking, query) => ranking.Select(document => _relevant[query].Contains(_corpusIds[document])).ToArray())];
            AddMetrics(values, function, rankings);
        }

        string main = _options.MainSimilarity ?? _functions.MaxBy(function => values.First(pair => pair.Key == Primary(function)).Value)!;
        return new SentenceMetrics(Primary(main), values);
    }

    private static string[] Texts(IReadOnlyDictionary<string, string> texts, string[] ids, string parameter) =>
        [.. ids.Select(id => texts[id] ?? throw new ArgumentException($"The text with the id '{id}' is null.", parameter))];

    private static InformationRetrievalOptions Copy(InformationRetrievalOptions options) => new()
    {
        AccuracyAt = options.AccuracyAt,
        PrecisionRecallAt = options.PrecisionRecallAt,
        NdcgAt = options.NdcgAt,
        MrrAt = options.MrrAt,
        MapAt = options.MapAt,
        SimilarityFunctions = options.SimilarityFunctions,
        MainSimilarity = options.MainSimilarity,
    };

    private void AddMetrics(List<KeyValuePair<string, double>> values, string function, bool[][] rankings)
    {
        Add("accuracy", _options.AccuracyAt, (ranking, k, _) => RankingMetrics.Accuracy(ranking, k));
        Add("precision", _options.PrecisionRecallAt, (ranking, k, _) => RankingMetrics.Precision(ranking, k));
        Add("recall", _options.PrecisionRecallAt, (ranking, k, relevant) => RankingMetrics.Recall(ranking, k, relevant));
        Add("ndcg", _options.NdcgAt, (ranking, k, relevant) => RankingMetrics.NormalizedDiscountedCumulativeGain(ranking, k, relevant));
        Add("mrr", _options.MrrAt, (ranking, k, _) => RankingMetrics.ReciprocalRank(ranking, k));
        Add("map", _options.MapAt, (ranking, k, relevant) => RankingMetrics.AveragePrecision(ranking, k, relevant));

        void Add(string metric, IReadOnlyList<int> numbers, Func<bool[], int, int, double> measure)
        {
            foreach (int k in numbers)
            {
                values.Add(new($"{function}_{metric}@{k}", rankings.Select((ranking, query) => measure(ranking, k, _relevant[query].Count)).Average()));
            }
        }
    }

    private string Primary(string function) => $"{function}_ndcg@{_options.NdcgAt.Max()}";
}
