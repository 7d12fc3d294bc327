using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Computes the token vectors of a window of rows of token ids.</summary>
/// <param name="host">Marks the exceptions for a row that the model cannot read.</param>
/// <param name="encoder">The encoder.</param>
/// <param name="inputColumnName">The column of the ids, for messages.</param>
/// <param name="reporter">The pass that the window is part of; null for a single row.</param>
internal sealed class TokenVectorComputation(IHost host, LazyEncoder encoder, string inputColumnName, PassReporter? reporter) : IWindowComputation<VBuffer<long>>
{
    private readonly int _tokenDimensions = encoder.Model.TokenDimensions;
    private float[][] _vectors = [];

    /// <inheritdoc/>
    public long EstimateBytes(in VBuffer<long> input) => sizeof(float) * (long)_tokenDimensions * input.Length;

    /// <inheritdoc/>
    public void Compute(ArraySegment<VBuffer<long>> inputs)
    {
        reporter?.BeginWindow();
        var ids = new ReadOnlyMemory<int>[inputs.Count];
        for (int row = 0; row < ids.Length; row++)
        {
            ids[row] = ReadIds(inputs[row]);
        }

        _vectors = encoder.Get(ids.Length).ScoreTokens(ids, reporter?.CancellationToken ?? default);
        reporter?.AddRows(ids.Length);
    }

    /// <inheritdoc/>
    public Delegate CreateGetter(int output, Func<int> getRow) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
    {
        int row = getRow();
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, _vectors[row].Length);
        _vectors[row].CopyTo(editor.Values);
        value = editor.Commit();
    });

    private int[] ReadIds(in VBuffer<long> values)
    {
        int vocabularySize = encoder.Model.Encoder.VocabularySize;
        int maximum = encoder.Model.Encoder.MaximumTokens;
        if (values.Length > maximum || (values.Length == 0 && encoder.Model.SentenceTokenizer.SpecialTokenCount > 0))
        {
            throw host.Process(new InvalidOperationException(
                $"A row of column '{inputColumnName}' has {values.Length} token ids; {encoder.Model.Name} reads {Math.Min(1, encoder.Model.SentenceTokenizer.SpecialTokenCount)} to {maximum}."));
        }

        int[] ids = new int[values.Length];
        foreach (KeyValuePair<int, long> item in values.Items(all: true))
        {
            if (item.Value < 0 || item.Value >= vocabularySize)
            {
                throw host.Process(new InvalidOperationException(
                    $"A row of column '{inputColumnName}' has the token id {item.Value}; the ids of {encoder.Model.Name} are 0 to {vocabularySize - 1}."));
            }

            ids[item.Key] = (int)item.Value;
        }

        return ids;
    }
}
