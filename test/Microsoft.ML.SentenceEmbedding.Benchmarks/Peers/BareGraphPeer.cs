using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>The graph of our encoder in a session of its own, without anything around it.</summary>
internal sealed class BareGraphPeer : Peer
{
    private readonly SentenceModel _model;
    private readonly InferenceSession _session;

    /// <summary>Makes the session.</summary>
    public BareGraphPeer(string name, SentenceModel model, int threads)
        : base(name)
    {
        _model = model;
        using var options = new SessionOptions { IntraOpNumThreads = threads };
        OnnxGraph graph = SentenceGraph.Build(model);
        options.AddSessionConfigEntry(NativeComputation.WeightsFolderKey, graph.WeightsFolder ?? string.Empty);
        _session = new InferenceSession(graph.Bytes, options);
    }

    public override float[][] Encode(IReadOnlyList<string> texts)
    {
        using var sequences = new TokenSequences(_model);
        float[][] vectors = new float[texts.Count][];
        for (int i = 0; i < vectors.Length; i++)
        {
            sequences.AddText(texts[i]);
            vectors[i] = Score(sequences[i]);
        }

        return vectors;
    }

    /// <summary>Gives the vector of ids.</summary>
    public float[] Score(ReadOnlySpan<int> ids)
    {
        long[] idValues = new long[ids.Length];
        long[] mask = new long[ids.Length];
        float[] vector = new float[_model.Dimensions];
        for (int i = 0; i < ids.Length; i++)
        {
            idValues[i] = ids[i];
            mask[i] = 1;
        }

        using var options = new RunOptions();
        using var idsInput = OrtValue.CreateTensorValueFromMemory(idValues, [1, ids.Length]);
        using var maskInput = OrtValue.CreateTensorValueFromMemory(mask, [1, ids.Length]);
        using var output = OrtValue.CreateTensorValueFromMemory(vector, [1, vector.Length]);
        _session.Run(options, [SentenceGraph.InputIds, SentenceGraph.AttentionMask], [idsInput, maskInput], [SentenceGraph.SentenceEmbedding], [output]);
        return vector;
    }

    public override void Dispose() => _session.Dispose();
}
