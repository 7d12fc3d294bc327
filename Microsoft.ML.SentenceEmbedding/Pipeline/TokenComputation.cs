using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Computes the token ids of a window of texts.</summary>
/// <param name="encoder">The encoder; tokenizing makes no native session.</param>
/// <param name="columns">What the appended columns hold.</param>
/// <param name="reporter">The pass that the window is part of; null for a single row.</param>
internal sealed class TokenComputation(LazyEncoder encoder, IReadOnlyList<TokenColumn> columns, PassReporter? reporter) : IWindowComputation<ReadOnlyMemory<char>>
{
    private int[][] _ids = [];

    /// <inheritdoc/>
    public long EstimateBytes(in ReadOnlyMemory<char> input) => sizeof(int) * (long)Math.Min(input.Length, encoder.Model.MaximumTokens);

    /// <inheritdoc/>
    public void Compute(ArraySegment<ReadOnlyMemory<char>> inputs)
    {
        reporter?.BeginWindow();
        _ids = encoder.Get(inputs.Count).Tokenize(inputs);
        reporter?.AddRows(inputs.Count);
    }

    /// <inheritdoc/>
    public Delegate CreateGetter(int output, Func<int> getRow)
    {
        TokenColumn column = columns[output];
        return (ValueGetter<VBuffer<long>>)((ref VBuffer<long> value) =>
        {
            int row = getRow();
            VBufferEditor<long> editor = VBufferEditor.Create(ref value, _ids[row].Length);
            Fill(column, _ids[row], editor.Values);
            value = editor.Commit();
        });
    }

    private static void Fill(TokenColumn column, ReadOnlySpan<int> ids, Span<long> destination)
    {
        switch (column)
        {
            case TokenColumn.AttentionMask:
                destination.Fill(1);
                break;
            case TokenColumn.TokenTypeIds:
                destination.Clear();
                break;
            default:
                for (int i = 0; i < ids.Length; i++)
                {
                    destination[i] = ids[i];
                }

                break;
        }
    }
}
