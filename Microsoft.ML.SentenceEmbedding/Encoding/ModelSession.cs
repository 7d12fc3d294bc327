using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The native session of a model: one per model, execution settings and process, whoever uses it, counted by reference.</summary>
/// <remarks>Safe for any number of threads. A run holds a reference, so that nobody can free the session under it.</remarks>
internal sealed class ModelSession
{
    private static readonly ConditionalWeakTable<SentenceModel, Dictionary<ExecutionSettings, ModelSession>> Sessions = [];

    // The sessions of the model that are in use, by their settings; locked to count references.
    private readonly Dictionary<ExecutionSettings, ModelSession> _siblings;
    private readonly object _creating = new();
    private readonly SentenceModel _model;
    private readonly ExecutionSettings _settings;
    private readonly string[] _encoderInputs;
    private readonly string[] _modulesInputs;
    private InferenceSession? _encoder;
    private InferenceSession? _modules;
    private OnnxFileSession? _file;
    private volatile string? _fallbackReason;
    private int _references;

    private ModelSession(SentenceModel model, ExecutionSettings settings, Dictionary<ExecutionSettings, ModelSession> siblings)
    {
        _model = model;
        _settings = settings;
        _siblings = siblings;
        string[] promptTokens = model.LeavesOutPrompt ? [SentenceGraph.PromptTokens] : [];
        _encoderInputs = [SentenceGraph.InputIds, SentenceGraph.AttentionMask, .. promptTokens];
        _modulesInputs = [SentenceGraph.TokenEmbeddings, SentenceGraph.AttentionMask, .. promptTokens];
    }

    /// <summary>Gets why the CPU computes although something else was asked for; null if it does not, and before the first call.</summary>
    public string? FallbackReason => _fallbackReason;

    /// <summary>Gives the model's session of some settings with one more reference to it. What is native in it is made when it is first used.</summary>
    public static ModelSession Acquire(SentenceModel model, ExecutionSettings settings)
    {
        Dictionary<ExecutionSettings, ModelSession> sessions = Sessions.GetValue(model, static _ => []);
        lock (sessions)
        {
            if (!sessions.TryGetValue(settings, out ModelSession? session))
            {
                session = new ModelSession(model, settings, sessions);
                sessions.Add(settings, session);
            }

            session._references++;
            return session;
        }
    }

    /// <summary>Adds a reference for the time of a call.</summary>
    /// <exception cref="ObjectDisposedException">The last reference has been given back.</exception>
    /// <exception cref="InvalidOperationException">The process is ending.</exception>
    public void Enter()
    {
        NativeComputation.ThrowIfEnding();
        lock (_siblings)
        {
            ObjectDisposedException.ThrowIf(_references == 0, typeof(SentenceEncoder));
            _references++;
        }
    }

    /// <summary>Gives a reference back; the last one frees the native session.</summary>
    public void Release()
    {
        lock (_siblings)
        {
            if (--_references > 0)
            {
                return;
            }

            _siblings.Remove(_settings);
        }

        // Nobody has a reference to compute with, and nobody can get one any more.
        _encoder?.Dispose();
        _modules?.Dispose();
        _file?.Dispose();
    }

    /// <summary>Gives how many numbers an output has for a sequence of a length.</summary>
    /// <param name="output"><see cref="SentenceGraph.SentenceEmbedding"/> or <see cref="SentenceGraph.TokenEmbeddings"/>.</param>
    /// <param name="length">The sequence's tokens.</param>
    public int Width(string output, int length)
        => output == SentenceGraph.SentenceEmbedding ? _model.UntruncatedDimensions : length * _model.TokenDimensions;

    /// <summary>Runs the encoder over some sequences as one batch, padded to the longest.</summary>
    /// <param name="sequences">The ids.</param>
    /// <param name="rows">Which of the sequences, the longest first.</param>
    /// <param name="output"><see cref="SentenceGraph.SentenceEmbedding"/> or <see cref="SentenceGraph.TokenEmbeddings"/>.</param>
    /// <param name="promptTokens">The number of the prompt's tokens, for models that leave them out.</param>
    /// <param name="destination">Receives the output: for each row as many numbers as the longest sequence has.</param>
    /// <param name="cancellationToken">Ends the wait for a free core.</param>
    public void Score(TokenSequences sequences, ReadOnlySpan<int> rows, string output, int promptTokens, Memory<float> destination, CancellationToken cancellationToken)
    {
        // A text without a single token is a row of padding.
        int length = Math.Max(1, sequences.Length(rows[0]));
        int size = rows.Length * length;
        long[] ids = ArrayPool<long>.Shared.Rent(size);
        long[] mask = ArrayPool<long>.Shared.Rent(size);
        try
        {
            ids.AsSpan(0, size).Clear();
            mask.AsSpan(0, size).Clear();
            for (int row = 0; row < rows.Length; row++)
            {
                var sequence = sequences[rows[row]];
                mask.AsSpan(row * length, sequence.Length).Fill(1);
                for (int i = 0; i < sequence.Length; i++)
                {
                    ids[row * length + i] = sequence[i];
                }
            }

            long[] shape = [rows.Length, length];
            Memory<float> result = destination[..(rows.Length * Width(output, length))];
            if (_model.Encoder is OnnxConfiguration file)
            {
                RunFile(file, ids.AsMemory(0, size), mask.AsMemory(0, size), shape, promptTokens, output, result, cancellationToken);
            }
            else
            {
                RunGraph(ids.AsMemory(0, size), mask.AsMemory(0, size), shape, promptTokens, output, result, cancellationToken);
            }
        }
        finally
        {
            ArrayPool<long>.Shared.Return(ids);
            ArrayPool<long>.Shared.Return(mask);
        }
    }

    /// <summary>Runs the modules behind the encoder over one text's token vectors.</summary>
    /// <param name="tokens">[tokens, token dimensions].</param>
    /// <param name="promptTokens">The number of the prompt's tokens, for models that leave them out.</param>
    /// <param name="destination">Receives <see cref="SentenceModel.UntruncatedDimensions"/> numbers.</param>
    /// <param name="cancellationToken">Ends the wait for a free core.</param>
    public void Pool(ReadOnlyMemory<float> tokens, int promptTokens, Memory<float> destination, CancellationToken cancellationToken)
    {
        int length = tokens.Length / _model.TokenDimensions;
        long[] mask = new long[Math.Max(1, length)];
        mask.AsSpan(0, length).Fill(1);
        var memory = length > 0 ? MemoryMarshal.AsMemory(tokens) : new float[_model.TokenDimensions];
        RunModules(memory, mask, [1, mask.Length], promptTokens, destination[.._model.UntruncatedDimensions], cancellationToken);
    }

    /// <summary>Runs the graph of the whole model.</summary>
    private void RunGraph(Memory<long> ids, Memory<long> mask, long[] shape, int promptTokens, string output, Memory<float> destination, CancellationToken cancellationToken)
    {
        InferenceSession encoder;
        lock (_creating)
        {
            encoder = _encoder ??= Create(SentenceGraph.Build(_model));
        }

        using var idsValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, ids, shape);
        using var maskValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, mask, shape);
        using OrtValue? promptValue = CreatePromptValue(promptTokens);
        OrtValue[] values = promptValue is null ? [idsValue, maskValue] : [idsValue, maskValue, promptValue];
        long[] outputShape = output == SentenceGraph.SentenceEmbedding ? [shape[0], _model.UntruncatedDimensions] : [.. shape, _model.TokenDimensions];
        Run(encoder, _encoderInputs, values, output, outputShape, destination, cancellationToken);
    }

    /// <summary>Runs a user's own ONNX file, and what follows it in a session of its own.</summary>
    private void RunFile(OnnxConfiguration configuration, Memory<long> ids, Memory<long> mask, long[] shape, int promptTokens, string output, Memory<float> destination, CancellationToken cancellationToken)
    {
        OnnxFileSession file;
        lock (_creating)
        {
            file = _file ??= new OnnxFileSession(_model, configuration, _settings.IntraOpThreads, Create);
        }

        if (output == SentenceGraph.TokenEmbeddings)
        {
            file.Run(ids, mask, shape, destination, cancellationToken);
            return;
        }

        int length = file.OutputLength(shape);
        float[] vectors = ArrayPool<float>.Shared.Rent(length);
        try
        {
            file.Run(ids, mask, shape, vectors.AsMemory(0, length), cancellationToken);
            RunModules(vectors.AsMemory(0, length), mask, shape, promptTokens, destination, cancellationToken);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(vectors);
        }
    }

    /// <summary>Runs what follows the encoder over its vectors of a batch.</summary>
    private void RunModules(Memory<float> vectors, Memory<long> mask, long[] shape, int promptTokens, Memory<float> destination, CancellationToken cancellationToken)
    {
        InferenceSession modules;
        lock (_creating)
        {
            modules = _modules ??= Create(SentenceGraph.BuildModules(_model));
        }

        EncoderConfiguration encoder = _model.Encoder;
        long[] vectorsShape = encoder.GivesTokenVectors ? [.. shape, encoder.HiddenSize] : [shape[0], encoder.HiddenSize];
        using var vectorsValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, vectors, vectorsShape);
        using var maskValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, mask, shape);
        using OrtValue? promptValue = CreatePromptValue(promptTokens);
        OrtValue[] values = promptValue is null ? [vectorsValue, maskValue] : [vectorsValue, maskValue, promptValue];
        Run(modules, _modulesInputs, values, SentenceGraph.SentenceEmbedding, [shape[0], _model.UntruncatedDimensions], destination, cancellationToken);
    }

    private void Run(InferenceSession session, string[] inputs, OrtValue[] values, string output, long[] shape, Memory<float> destination, CancellationToken cancellationToken)
    {
        using var outputValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, destination, shape);
        NativeComputation.Run(session, _settings.IntraOpThreads, inputs, values, [output], [outputValue], cancellationToken);
    }

    private InferenceSession Create(OnnxGraph graph)
    {
        InferenceSession session = SessionFactory.Create(graph, _settings, out string? fallbackReason);
        _fallbackReason ??= fallbackReason;
        return session;
    }

    private OrtValue? CreatePromptValue(int promptTokens) =>
        _model.LeavesOutPrompt ? OrtValue.CreateTensorValueFromMemory<long>([promptTokens], []) : null;
}
