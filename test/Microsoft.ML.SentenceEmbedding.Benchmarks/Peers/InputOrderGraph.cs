using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>The graph of our encoder as exports are usually run: batches of 32 in input order, padded to their longest sequence.</summary>
internal sealed class InputOrderGraph : IDisposable
{
    private const int BatchSize = 32;

    private readonly int _dimensions;
    private readonly InferenceSession _session;

    /// <summary>Makes the session, with ONNX Runtime's defaults but for the number of threads, which compute a batch together.</summary>
    public InputOrderGraph(SentenceModel model, int threads)
    {
        _dimensions = model.Dimensions;
        using var options = new SessionOptions { IntraOpNumThreads = threads };
        OnnxGraph graph = SentenceGraph.Build(model);
        options.AddSessionConfigEntry(NativeComputation.WeightsFolderKey, graph.WeightsFolder ?? string.Empty);
        _session = new InferenceSession(graph.Bytes, options);
    }

    /// <summary>Gives each sequence's vector.</summary>
    public float[][] Encode(IReadOnlyList<ReadOnlyMemory<int>> sequences) => [.. sequences.Chunk(BatchSize).SelectMany(Score)];

    public void Dispose() => _session.Dispose();

    private IEnumerable<float[]> Score(ReadOnlyMemory<int>[] batch)
    {
        int length = batch.Max(sequence => sequence.Length);
        long[] ids = new long[batch.Length * length];
        long[] mask = new long[ids.Length];
        for (int row = 0; row < batch.Length; row++)
        {
            var sequence = batch[row].Span;
            for (int i = 0; i < sequence.Length; i++)
            {
                ids[(row * length) + i] = sequence[i];
                mask[(row * length) + i] = 1;
            }
        }

        long[] shape = [batch.Length, length];
        float[] vectors = new float[batch.Length * _dimensions];
        using var options = new RunOptions();
        using var idsInput = OrtValue.CreateTensorValueFromMemory(ids, shape);
        using var maskInput = OrtValue.CreateTensorValueFromMemory(mask, shape);
        using var output = OrtValue.CreateTensorValueFromMemory(vectors, [batch.Length, _dimensions]);
        _session.Run(options, [SentenceGraph.InputIds, SentenceGraph.AttentionMask], [idsInput, maskInput], [SentenceGraph.SentenceEmbedding], [output]);
        return vectors.Chunk(_dimensions);
    }
}
