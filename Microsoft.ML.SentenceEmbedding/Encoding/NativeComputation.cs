using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The way into ONNX Runtime: sessions that compute on the calling thread, no more threads than the process has cores, and nobody inside when the process ends.</summary>
internal static class NativeComputation
{
    /// <summary>ONNX Runtime's setting for the folder of <see cref="OnnxGraph.WeightsFolder"/>.</summary>
    public const string WeightsFolderKey = "session.model_external_initializers_file_folder_path";

    // More computing threads at a time than cores would only take turns: a run takes a core for each of its threads.
    private static readonly SemaphoreSlim Cores = new(Environment.ProcessorCount);

    // Held while several cores are gathered: two runs that each have some and wait for the other's would wait for ever.
    private static readonly SemaphoreSlim Gathering = new(1);

    // Says nothing but the defaults, so that all runs can share it.
    private static readonly RunOptions SharedRunOptions;

    // How long the end of the process waits for a run: some hundredths of a second for a batch of texts, seconds where a deep student is trained with long ones.
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(30);

    // The thread that ends the process; a call on it would wait for a core for ever.
    private static volatile int _endingThread = -1;

    // Registered before ONNX Runtime registers its own handler, which takes the native library down under whatever still runs in it.
    static NativeComputation()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => WaitForRuns();
        SharedRunOptions = new RunOptions();
    }

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
    /// <param name="threads">The number of threads that compute a run together, the calling one among them.</param>
    /// <param name="reusesMemory">Whether the session plans its memory by the shapes it has seen; of no use where they always differ.</param>
    /// <param name="configure">Changes the options; null to leave them.</param>
    public static InferenceSession CreateSession(OnnxGraph graph, int threads, bool reusesMemory = true, Action<SessionOptions>? configure = null)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            EnableMemoryPattern = reusesMemory,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        if (graph.WeightsFolder is not null)
        {
            options.AddSessionConfigEntry(WeightsFolderKey, graph.WeightsFolder);
        }

        configure?.Invoke(options);
        Cores.Wait();
        try
        {
            return new InferenceSession(graph.Bytes, options);
        }
        finally
        {
            Cores.Release();
        }
    }

    /// <summary>Runs a session once its cores are free.</summary>
    /// <param name="session">The session.</param>
    /// <param name="threads">The number of threads that the session was made with.</param>
    /// <param name="inputNames">The names of the inputs.</param>
    /// <param name="inputs">Their values.</param>
    /// <param name="outputNames">The names of the outputs.</param>
    /// <param name="outputs">Receive their values.</param>
    /// <param name="cancellationToken">Ends the wait for the cores.</param>
    public static void Run(
        InferenceSession session,
        int threads,
        IReadOnlyCollection<string> inputNames,
        IReadOnlyCollection<OrtValue> inputs,
        IReadOnlyCollection<string> outputNames,
        IReadOnlyCollection<OrtValue> outputs,
        CancellationToken cancellationToken)
    {
        int cores = Math.Min(threads, Environment.ProcessorCount);
        TakeCores(cores, cancellationToken);
        try
        {
            session.Run(SharedRunOptions, inputNames, inputs, outputNames, outputs);
        }
        finally
        {
            Cores.Release(cores);
        }
    }

    private static void TakeCores(int count, CancellationToken cancellationToken)
    {
        if (count == 1)
        {
            Cores.Wait(cancellationToken);
            return;
        }

        int taken = 0;
        Gathering.Wait(cancellationToken);
        try
        {
            for (; taken < count; taken++)
            {
                Cores.Wait(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (taken > 0)
        {
            Cores.Release(taken);
            throw;
        }
        finally
        {
            Gathering.Release();
        }
    }

    /// <summary>Takes all cores for good: nobody is in the native library then, and nobody enters it.</summary>
    private static void WaitForRuns()
    {
        _endingThread = Environment.CurrentManagedThreadId;

        // Whoever gathers cores is let finish first; afterwards nobody can hold one and wait for another.
        Gathering.Wait(LongestRun);
        for (int core = 0; core < Environment.ProcessorCount && Cores.Wait(LongestRun); core++)
        {
        }
    }
}
