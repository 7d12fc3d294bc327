using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What a native session is made with; encoders of one model whose settings are equal share a session.</summary>
/// <param name="IntraOpThreads">The number of threads that compute one run together.</param>
/// <param name="ConfigureSession">Changes the session's options; null to leave them.</param>
/// <param name="GpuDeviceId">The CUDA device; null for the CPU, or for what <paramref name="ConfigureSession"/> says.</param>
/// <param name="FallsBackToCpu">Whether the CPU computes where the execution provider is missing.</param>
internal sealed record ExecutionSettings(
    int IntraOpThreads = 1, Action<SessionOptions>? ConfigureSession = null, int? GpuDeviceId = null, bool FallsBackToCpu = false)
{
    /// <summary>Gets a value indicating whether nothing but the CPU is asked for.</summary>
    public bool IsPlainCpu => ConfigureSession is null && GpuDeviceId is null;

    /// <summary>Gives the part of an encoder's options that a session depends on.</summary>
    /// <param name="options">The options.</param>
    /// <param name="defaultGpuDeviceId">The device where the options name none.</param>
    /// <param name="fallsBackByDefault">Whether the CPU may compute instead where the options do not say.</param>
    public static ExecutionSettings Create(SentenceEncoderOptions options, int? defaultGpuDeviceId = null, bool fallsBackByDefault = false)
    {
        // What has no effect is left out, so that it does not keep encoders from sharing a session.
        int? gpuDeviceId = options.ConfigureSession is null ? options.GpuDeviceId ?? defaultGpuDeviceId : null;
        var settings = new ExecutionSettings(options.IntraOpThreads, options.ConfigureSession, gpuDeviceId);
        return settings with { FallsBackToCpu = !settings.IsPlainCpu && (options.FallbackToCpu ?? fallsBackByDefault) };
    }
}
