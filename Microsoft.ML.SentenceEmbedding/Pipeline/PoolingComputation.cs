using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Computes the sentence vectors of a window of rows of token vectors.</summary>
/// <param name="host">Marks the exceptions for a row that is not made of token vectors.</param>
/// <param name="encoder">The encoder.</param>
/// <param name="inputColumnName">The column of the token vectors, for messages.</param>
/// <param name="reporter">The pass that the window is part of; null for a single row.</param>
internal sealed class PoolingComputation(IHost host, LazyEncoder encoder, string inputColumnName, PassReporter? reporter) : IWindowComputation<VBuffer<float>>
{
    private readonly int _dimensions = encoder.Settings.Dimensions;
    private readonly int _tokenDimensions = encoder.Model.TokenDimensions;
    private readonly VectorWindow _window = new(encoder.Settings.Dimensions);

    /// <inheritdoc/>
    public long EstimateBytes(in VBuffer<float> input) => sizeof(float) * ((long)input.Length + _dimensions);

    /// <inheritdoc/>
    public void Compute(ArraySegment<VBuffer<float>> inputs)
    {
        reporter?.BeginWindow();
        var tokenVectors = new ReadOnlyMemory<float>[inputs.Count];
        for (int row = 0; row < tokenVectors.Length; row++)
        {
            tokenVectors[row] = ReadTokenVectors(inputs[row]);
        }

        encoder.Get(inputs.Count).PoolTokens(tokenVectors, _window.Reserve(inputs.Count), reporter?.CancellationToken ?? default);
        reporter?.AddRows(inputs.Count);
    }

    /// <inheritdoc/>
    public Delegate CreateGetter(int output, Func<int> getRow) => _window.CreateGetter(getRow);

    private float[] ReadTokenVectors(in VBuffer<float> values)
    {
        // Without special tokens the empty text has no vectors.
        bool mayBeEmpty = encoder.Model.SentenceTokenizer.SpecialTokenCount == 0;
        if ((values.Length == 0 && !mayBeEmpty) || values.Length % _tokenDimensions != 0)
        {
            throw host.Process(new InvalidOperationException(
                $"A row of column '{inputColumnName}' has {values.Length} values; the token vectors of {encoder.Model.Name} have {_tokenDimensions} each, and a row needs at least one."));
        }

        float[] tokenVectors = new float[values.Length];
        values.CopyTo(tokenVectors);
        return tokenVectors;
    }
}
