using System.Numerics.Tensors;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The sum of the gradients of a step, in the layout of the weights; of the table of words only the rows that the step's texts have.</summary>
internal sealed class StudentGradient
{
    private readonly ParameterLayout _layout;
    private readonly int _hidden;
    private readonly int _denseLength;
    private readonly bool[] _hasWord;
    private readonly List<int> _words = [];

    /// <summary>Creates a gradient of 0.</summary>
    public StudentGradient(ParameterLayout layout, int hidden, bool trainsEmbeddings)
    {
        _layout = layout;
        _hidden = hidden;
        _denseLength = trainsEmbeddings ? layout.Words.Offset : layout.LayersEnd;
        _hasWord = new bool[layout.Words.Length / hidden];
        Values = new float[trainsEmbeddings ? layout.Size : layout.LayersEnd];
    }

    /// <summary>Gets the numbers.</summary>
    public float[] Values { get; }

    /// <summary>Gets the words that have a gradient, in the order of their first use.</summary>
    public IReadOnlyList<int> Words => _words;

    /// <summary>Sets everything to 0.</summary>
    public void Clear()
    {
        Values.AsSpan(0, _denseLength).Clear();
        foreach (int word in _words)
        {
            Row(_layout.Words, word).Clear();
            _hasWord[word] = false;
        }

        _words.Clear();
    }

    /// <summary>Adds the gradients of everything but the tables.</summary>
    public void Add(ReadOnlySpan<float> gradient)
    {
        var sum = Values.AsSpan(0, gradient.Length);
        TensorPrimitives.Add(sum, gradient, sum);
    }

    /// <summary>Adds the gradients of token rows to the tables of types, positions, and words.</summary>
    public void AddRows(ReadOnlySpan<long> ids, ReadOnlySpan<long> positions, ReadOnlySpan<float> rows)
    {
        for (int token = 0; token < ids.Length; token++)
        {
            int word = (int)ids[token];
            if (!_hasWord[word])
            {
                _hasWord[word] = true;
                _words.Add(word);
            }

            var gradient = rows.Slice(token * _hidden, _hidden);
            AddRow(Row(_layout.Words, word), gradient);
            AddRow(Row(_layout.Positions, (int)positions[token]), gradient);
            AddRow(Row(_layout.TokenTypes, 0), gradient);
        }
    }

    /// <summary>Gives the length of the gradient.</summary>
    public double Norm(int threads)
    {
        List<Range> ranges = [];
        const int RangeLength = 1 << 16;
        for (int start = 0; start < _denseLength; start += RangeLength)
        {
            ranges.Add(start..Math.Min(start + RangeLength, _denseLength));
        }

        ranges.AddRange(_words.Select(word => RowRange(word)));
        return AdamW.Norm(Values, ranges, threads);
    }

    private Range RowRange(int word)
    {
        int start = _layout.Words.Offset + word * _hidden;
        return start..(start + _hidden);
    }

    private Span<float> Row(TrainingParameter table, int row) => Values.AsSpan(table.Offset + row * _hidden, _hidden);

    private static void AddRow(Span<float> sum, ReadOnlySpan<float> row) => TensorPrimitives.Add(sum, row, sum);
}
