namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Judges how close vectors are to a teacher's, as sentence-transformers' MSEEvaluator.</summary>
/// <remarks>The metric is "negative_mse": -100 times the mean squared difference of all numbers; 0 is the best.</remarks>
public sealed class MseEvaluator : ISentenceEvaluator
{
    private const string NegativeMse = "negative_mse";

    private readonly UniqueTexts _texts = new();
    private readonly int[] _places;
    private readonly float[][] _teacherVectors;

    /// <summary>Creates an evaluator.</summary>
    /// <param name="name">What the data is called; may be empty.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="teacherVectors">The teacher's vector of each text. The vectors are not copied.</param>
    /// <exception cref="ArgumentException">There are no texts, a text is null, or the vectors are not one for each text, all finite and of one length.</exception>
    public MseEvaluator(string name, IReadOnlyList<string> texts, IReadOnlyList<float[]> teacherVectors)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(teacherVectors);
        if (texts.Count == 0)
        {
            throw new ArgumentException("There are no texts.", nameof(texts));
        }

        Name = name;
        _places = _texts.Add(texts, nameof(texts));
        VectorList.Check(teacherVectors, texts, nameof(teacherVectors));
        _teacherVectors = [.. teacherVectors];
    }

    /// <summary>Creates an evaluator, and computes the teacher's vectors now.</summary>
    /// <param name="name">What the data is called; may be empty.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="teacher">The teacher's encoder; it is not needed later.</param>
    /// <exception cref="ArgumentException">There are no texts, or a text is null.</exception>
    /// <exception cref="ObjectDisposedException">The encoder is disposed.</exception>
    public MseEvaluator(string name, IReadOnlyList<string> texts, SentenceEncoder teacher)
        : this(name, texts, Embed(texts, teacher))
    {
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string PrimaryMetric => NegativeMse;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The source's vectors are not one for each text, all finite and of the length of the teacher's.</exception>
    public SentenceMetrics Evaluate(IEmbeddingSource source, CancellationToken cancellationToken)
    {
        float[][] vectors = _texts.Embed(source, cancellationToken);
        int dimensions = _teacherVectors[0].Length;
        if (vectors[0].Length != dimensions)
        {
            throw new ArgumentException($"The source's vectors have {vectors[0].Length} numbers; the teacher's have {dimensions}.", nameof(source));
        }

        double sum = 0;
        for (int i = 0; i < _places.Length; i++)
        {
            sum += VectorSimilarity.SquaredDistance(vectors[_places[i]], _teacherVectors[i]);
        }

        return new SentenceMetrics(NegativeMse, [new(NegativeMse, -100 * sum / ((double)_places.Length * dimensions))]);
    }

    private static float[][] Embed(IReadOnlyList<string> texts, SentenceEncoder teacher)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var unique = new UniqueTexts();
        int[] places = unique.Add(texts, nameof(texts));
        float[][] vectors = unique.Embed(new EncoderEmbeddingSource(teacher), CancellationToken.None);
        return [.. places.Select(place => vectors[place])];
    }
}
