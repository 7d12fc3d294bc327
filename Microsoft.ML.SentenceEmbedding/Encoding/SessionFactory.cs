using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Makes native sessions with the execution provider that the settings ask for.</summary>
internal static class SessionFactory
{
    /// <summary>Makes a session of a serialized ONNX model.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="settings">What to make it with.</param>
    /// <param name="fallbackReason">Why the CPU computes although something else was asked for; null if it does not.</param>
    /// <exception cref="InvalidOperationException">The execution provider cannot be used, or the user's method failed.</exception>
    public static InferenceSession Create(OnnxGraph graph, ExecutionSettings settings, out string? fallbackReason)
    {
        fallbackReason = null;
        if (settings.IsPlainCpu)
        {
            return NativeComputation.CreateSession(graph, settings.IntraOpThreads);
        }

        try
        {
            return NativeComputation.CreateSession(graph, settings.IntraOpThreads, configure: options => Configure(options, settings));
        }
        catch (Exception exception)
        {
            string failure = settings.ConfigureSession is null
                ? $"The CUDA execution provider cannot be used on device {settings.GpuDeviceId} ({nameof(SentenceEncoderOptions.GpuDeviceId)}, of the options or of the MLContext)"
                : $"A session cannot be made as {nameof(SentenceEncoderOptions)}.{nameof(SentenceEncoderOptions.ConfigureSession)} says";
            if (!IsOfProvider(exception))
            {
                throw new InvalidOperationException($"{failure}: {exception.Message}", exception);
            }

            if (!settings.FallsBackToCpu)
            {
                throw new InvalidOperationException(
                    $"{failure}: {exception.Message} Reference the package of ONNX Runtime that has the provider, or set {nameof(SentenceEncoderOptions.FallbackToCpu)}.", exception);
            }

            fallbackReason = $"{failure}; the CPU is used: {exception.Message}";
            return NativeComputation.CreateSession(graph, settings.IntraOpThreads);
        }
    }

    private static void Configure(SessionOptions options, ExecutionSettings settings)
    {
        if (settings.ConfigureSession is not null)
        {
            settings.ConfigureSession(options);
        }
        else
        {
            options.AppendExecutionProvider_CUDA(settings.GpuDeviceId!.Value);
        }
    }

    /// <summary>Tells what ONNX Runtime throws for a provider or a device that is not there from what is wrong in the user's method.</summary>
    private static bool IsOfProvider(Exception exception) =>
        exception is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException or NotSupportedException;
}
