using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>The usual ONNX export as it is usually run: batches of 32, padded to their longest text, pooled and normalized in C#, tokenized by our tokenizer.</summary>
internal sealed class PlainExportPeer : Peer
{
    private const int BatchSize = 32;

    private readonly SentenceModel _model = SentenceModel.Default;
    private readonly InferenceSession _session;
    private readonly bool _isSorted;

    /// <summary>Makes the session, with ONNX Runtime's defaults but for the number of threads.</summary>
    public PlainExportPeer(string name, string path, int threads, bool isSorted)
        : base(name)
    {
        _isSorted = isSorted;
        using var options = new SessionOptions { IntraOpNumThreads = threads };
        _session = new InferenceSession(path, options);
    }

    public override float[][] Encode(IReadOnlyList<string> texts)
    {
        using var sequences = new TokenSequences(_model);
        foreach (string text in texts)
        {
            sequences.AddText(text);
        }

        int[] order = [.. Enumerable.Range(0, texts.Count)];
        if (_isSorted)
        {
            Array.Sort(sequences.Lengths(), order);
        }

        float[][] vectors = new float[texts.Count][];
        foreach (int[] rows in order.Chunk(BatchSize))
        {
            Score(sequences, rows, vectors);
        }

        return vectors;
    }

    public override void Dispose() => _session.Dispose();

    private void Score(TokenSequences sequences, int[] rows, float[][] vectors)
    {
        int length = rows.Max(sequences.Length);
        long[] ids = new long[rows.Length * length];
        long[] mask = new long[ids.Length];
        long[] types = new long[ids.Length];
        for (int row = 0; row < rows.Length; row++)
        {
            var sequence = sequences[rows[row]];
            for (int i = 0; i < sequence.Length; i++)
            {
                ids[(row * length) + i] = sequence[i];
                mask[(row * length) + i] = 1;
            }
        }

        long[] shape = [rows.Length, length];
        using var options = new RunOptions();
        using var idsInput = OrtValue.CreateTensorValueFromMemory(ids, shape);
        using var maskInput = OrtValue.CreateTensorValueFromMemory(mask, shape);
        using var typesInput = OrtValue.CreateTensorValueFromMemory(types, shape);
        using var outputs = _session.Run(options, ["input_ids", "attention_mask", "token_type_ids"], [idsInput, maskInput, typesInput], ["last_hidden_state"]);
        var tokens = outputs[0].GetTensorDataAsSpan<float>();
        int dimensions = _model.Dimensions;
        for (int row = 0; row < rows.Length; row++)
        {
            vectors[rows[row]] = MeanPooling.Pool(tokens.Slice(row * length * dimensions, sequences.Length(rows[row]) * dimensions), dimensions);
        }
    }
}
