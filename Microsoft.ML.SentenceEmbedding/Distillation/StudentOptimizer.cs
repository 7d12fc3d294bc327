namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Moves a student's weights by its gradients: clipping, AdamW, and the knowledge which rows of the word table can move at all.</summary>
/// <remarks>
/// A row that never had a gradient has moments of 0: without weight decay it stays, and is not looked at. That is exact, and saves most of the table, which
/// is larger than all layers of a small student.
/// </remarks>
internal sealed class StudentOptimizer
{
    private readonly DistillationOptions _options;
    private readonly ParameterLayout _layout;
    private readonly bool[] _moves;
    private readonly List<Range> _dense = [];
    private List<Range> _ranges = [];
    private bool _changed = true;

    /// <summary>Creates an optimizer that has made no step.</summary>
    public StudentOptimizer(ParameterLayout layout, DistillationOptions options)
    {
        _options = options;
        _layout = layout;
        Adam = new AdamW(options.FreezeEmbeddings ? layout.LayersEnd : layout.Size, options.WeightDecay);
        _moves = new bool[layout.Words.Length / layout.Width];
        Array.Fill(_moves, options.WeightDecay > 0 && !options.FreezeEmbeddings);
        _dense.AddRange(FlatBuffer.Cut(0, Math.Min(Adam.FirstMoments.Length, layout.Words.Offset)));
    }

    /// <summary>Gets the moments.</summary>
    public AdamW Adam { get; }

    /// <summary>Makes a step and gives the length of the gradient before it was cut.</summary>
    public double Step(float[] weights, StudentGradient gradient, int step, float learningRate)
    {
        double norm = gradient.Norm(_options.MaximumConcurrency);
        foreach (int word in gradient.Words)
        {
            _changed |= !_moves[word];
            _moves[word] = true;
        }

        if (_changed)
        {
            UpdateRanges();
        }

        Adam.Step(weights, gradient.Values, AdamW.ClipFactor(norm, _options.MaximumGradientNorm), step, learningRate, _ranges, _options.MaximumConcurrency);
        return norm;
    }

    /// <summary>Finds out which rows move after the moments were read from a checkpoint.</summary>
    public void Restore()
    {
        if (_options.FreezeEmbeddings)
        {
            return;
        }

        for (int word = 0; word < _moves.Length; word++)
        {
            // Both, as the square of a very small gradient is 0.
            int start = _layout.Words.Offset + word * _layout.Width;
            _moves[word] |= Adam.FirstMoments.AsSpan(start, _layout.Width).ContainsAnyExcept(0f) || Adam.SecondMoments.AsSpan(start, _layout.Width).ContainsAnyExcept(0f);
        }

        _changed = true;
    }

    private void UpdateRanges()
    {
        _ranges = [.. _dense];
        for (int word = 0; word < _moves.Length;)
        {
            int first = word;
            while (word < _moves.Length && _moves[word])
            {
                word++;
            }

            _ranges.AddRange(FlatBuffer.Cut(_layout.Words.Offset + first * _layout.Width, _layout.Words.Offset + word * _layout.Width));
            word++;
        }

        _changed = false;
    }
}
