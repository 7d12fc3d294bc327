using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The way into ONNX Runtime: sessions that compute on the calling thread, one run per core of the process, and nobody inside when the process ends.</summary>
internal static class NativeComputation
{
    // Every run computes on the thread that calls it; more of them at a time than cores would only take turns.
    private static readonly SemaphoreSlim Cores = new(Environment.ProcessorCount);

    // How long the end of the process waits for a run: some hundredths of a second for a batch of texts, seconds where a deep student is trained with long ones.
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(30);

    // The thread that ends the process; a call on it would wait for a core for ever.
    private static volatile int _endingThread = -1;

    // Registered before ONNX Runtime registers its own handler, which takes the native library down under whatever still runs in it.
    static NativeComputation() => AppDomain.CurrentDomain.ProcessExit += (_, _) => WaitForRuns();

    /// <summary>Throws on the thread that ends the process.</summary>
    /// <exception cref="InvalidOperationException">The process is ending.</exception>
    public static void ThrowIfEnding()
    {
        if (Environment.CurrentManagedThreadId == _endingThread)
        {
            throw new InvalidOperationException("Texts cannot be encoded while the process is ending.");
        }
    }

    /// <summary>Makes a session of a serialized ONNX model.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="reusesMemory">Whether the session plans its memory by the shapes it has seen; of no use where they always differ.</param>
    public static InferenceSession CreateSession(byte[] graph, bool reusesMemory = true)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            EnableMemoryPattern = reusesMemory,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        Cores.Wait();
        try
        {
            return new InferenceSession(graph, options);
        }
        finally
        {
            Cores.Release();
        }
    }

    /// <summary>Runs a session once a core is free.</summary>
    public static void Run(
        InferenceSession session,
        IReadOnlyCollection<string> inputNames,
        IReadOnlyCollection<OrtValue> inputs,
        IReadOnlyCollection<string> outputNames,
        IReadOnlyCollection<OrtValue> outputs,
        CancellationToken cancellationToken)
    {
        using var options = new RunOptions();
        Cores.Wait(cancellationToken);
        try
        {
            session.Run(options, inputNames, inputs, outputNames, outputs);
        }
        finally
        {
            Cores.Release();
        }
    }

    /// <summary>Takes all cores for good: nobody is in the native library then, and nobody enters it.</summary>
    private static void WaitForRuns()
    {
        _endingThread = Environment.CurrentManagedThreadId;
        for (int core = 0; core < Environment.ProcessorCount && Cores.Wait(LongestRun); core++)
        {
        }
    }
}
