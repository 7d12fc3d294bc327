namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Where models come from and go to when they are downloaded. Everything has a default, which is that of Python's huggingface_hub.</summary>
public sealed class HubOptions
{
    /// <summary>Gets the address of the hub or of a mirror; null, the default, for the environment variable HF_ENDPOINT or, without it, https://huggingface.co.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Gets the token that opens private and gated models; null, the default, for the environment variable HF_TOKEN or else the file that "hf auth login" wrote; empty to send none.</summary>
    /// <remarks>It is sent to <see cref="Endpoint"/> only, never to another host that the hub sends the download to.</remarks>
    public string? Token { get; init; }

    /// <summary>Gets the cache's directory, which Python shares; null, the default, for the environment variable HF_HUB_CACHE, else the folder hub of HF_HOME, else ~/.cache/huggingface/hub.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>Gets whether only the cache is used, and no network; null, the default, for the environment variable HF_HUB_OFFLINE.</summary>
    public bool? Offline { get; init; }

    /// <summary>Gets what is told how far a download has come, on the threads that download; null, the default, for nobody.</summary>
    public IProgress<HubProgress>? Progress { get; init; }

    /// <summary>Gets what sends the requests, for a proxy, certificates, or a test; null, the default, for the system's settings, HTTPS_PROXY among them.</summary>
    /// <remarks>It must not follow redirects itself (<see cref="SocketsHttpHandler.AllowAutoRedirect"/> is false), nor decompress. It is not disposed.</remarks>
    public HttpMessageHandler? MessageHandler { get; init; }

    /// <summary>Gets the clock of the waits between attempts.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Gets how long a server may be silent before the connection counts as broken.</summary>
    internal TimeSpan MaximumSilence { get; init; } = TimeSpan.FromSeconds(30);
}
