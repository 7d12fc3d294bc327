namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Computes the vectors of a window of texts, tokenization, scoring and pooling in one.</summary>
/// <param name="encoder">The encoder.</param>
/// <param name="memo">Vectors that are known from before; null to compute every row.</param>
/// <param name="reporter">The pass that the window is part of; null for a single row.</param>
internal sealed class EmbeddingComputation(LazyEncoder encoder, EmbeddingMemo? memo, PassReporter? reporter) : IWindowComputation<ReadOnlyMemory<char>>
{
    private readonly int _dimensions = encoder.Settings.Dimensions;
    private readonly List<int> _missing = [];
    private readonly VectorWindow _window = new(encoder.Settings.Dimensions);
    private float[] _newVectors = [];

    /// <inheritdoc/>
    public long EstimateBytes(in ReadOnlyMemory<char> input) => (long)_dimensions * sizeof(float);

    /// <inheritdoc/>
    public void Compute(ArraySegment<ReadOnlyMemory<char>> inputs)
    {
        Memory<float> vectors = _window.Reserve(inputs.Count);
        if (reporter is null)
        {
            // A single row: nothing to plan, and nobody to report to.
            encoder.Get(inputs.Count).Encode(inputs[0].Span, vectors.Span);
            return;
        }

        reporter.BeginWindow();
        if (memo is null)
        {
            Encode(inputs, vectors);
            return;
        }

        _missing.Clear();
        memo.Read(inputs, vectors.Span, _missing);
        int computed = _missing.Count > 0 ? ComputeMissing(inputs, vectors.Span, memo) : 0;
        reporter?.AddRemembered(inputs.Count - computed);
    }

    /// <inheritdoc/>
    public Delegate CreateGetter(int output, Func<int> getRow) => _window.CreateGetter(getRow);

    /// <summary>Computes the rows that the memo lacks, a text that stands in several rows once, and gives the number of texts.</summary>
    private int ComputeMissing(ArraySegment<ReadOnlyMemory<char>> inputs, Span<float> vectors, EmbeddingMemo memo)
    {
        var places = new Dictionary<ReadOnlyMemory<char>, int>(_missing.Count, TextComparer.Instance);
        var texts = new List<ReadOnlyMemory<char>>(_missing.Count);
        foreach (int row in _missing)
        {
            if (places.TryAdd(inputs[row], texts.Count))
            {
                texts.Add(inputs[row]);
            }
        }

        if (_newVectors.Length < texts.Count * _dimensions)
        {
            _newVectors = new float[texts.Count * _dimensions];
        }

        Memory<float> newVectors = _newVectors.AsMemory(0, texts.Count * _dimensions);
        Encode(texts, newVectors);
        foreach (int row in _missing)
        {
            newVectors.Span.Slice(places[inputs[row]] * _dimensions, _dimensions).CopyTo(vectors[(row * _dimensions)..]);
        }

        if (!memo.TryAdd(texts, newVectors.Span))
        {
            reporter?.NoteSmallMemo();
        }

        return texts.Count;
    }

    private void Encode(IReadOnlyList<ReadOnlyMemory<char>> texts, Memory<float> destination) =>
        encoder.Get(texts.Count).Encode(texts, destination, reporter?.CreateProgress(), reporter?.CancellationToken ?? default);
}
