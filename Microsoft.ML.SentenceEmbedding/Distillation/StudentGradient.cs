using System.Numerics.Tensors;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The sum of the gradients of a step, in the layout of the weights; of the table of words only the rows that the step's texts have.</summary>
internal sealed class StudentGradient
{
    private readonly ParameterLayout _layout;
    private readonly int _denseLength;
    private readonly bool[] _hasWord;
    private readonly List<int> _words = [];

    /// <summary>Creates a gradient of 0.</summary>
    public StudentGradient(ParameterLayout layout, bool trainsEmbeddings)
    {
        _layout = layout;
        _denseLength = trainsEmbeddings ? layout.Words.Offset : layout.LayersEnd;
        _hasWord = new bool[layout.Words.Length / layout.Width];
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

    /// <summary>Adds gradients of everything but the tables, each number in the order of the list.</summary>
    public void Add(IReadOnlyList<float[]> gradients, int threads)
    {
        Range[] ranges = [.. FlatBuffer.Cut(0, gradients[0].Length)];
        Parallel.For(0, ranges.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
        {
            var sum = Values.AsSpan(ranges[i]);
            foreach (float[] gradient in gradients)
            {
                TensorPrimitives.Add(sum, gradient.AsSpan(ranges[i]), sum);
            }
        });
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

            var gradient = rows.Slice(token * _layout.Width, _layout.Width);
            AddRow(Row(_layout.Words, word), gradient);
            AddRow(Row(_layout.Positions, (int)positions[token]), gradient);
            AddRow(Row(_layout.TokenTypes, 0), gradient);
        }
    }

    /// <summary>Gives the length of the gradient.</summary>
    public double Norm(int threads)
        => AdamW.Norm(Values, [.. FlatBuffer.Cut(0, _denseLength), .. _words.Select(RowRange)], threads);

    private Range RowRange(int word)
    {
        int start = _layout.Words.Offset + word * _layout.Width;
        return start..(start + _layout.Width);
    }

    private Span<float> Row(TrainingParameter table, int row) => Values.AsSpan(table.Offset + row * _layout.Width, _layout.Width);

    private static void AddRow(Span<float> sum, ReadOnlySpan<float> row) => TensorPrimitives.Add(sum, row, sum);
}
