using Microsoft.ML.Runtime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A transformer's encoder, made when the first row is computed: looking at schemas and saving need no session.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="host">The transformer's host: it has the context's device, and is told where the CPU is used instead.</param>
/// <param name="model">The model.</param>
/// <param name="options">What the encoder computes and how it uses the machine; null for the defaults.</param>
/// <param name="owner">The transformer's type, for the exception after disposal.</param>
internal sealed class LazyEncoder(IHost host, SentenceModel model, SentenceEncoderOptions? options, Type owner) : IDisposable
{
    private readonly SentenceEncoderOptions _options = options ?? new SentenceEncoderOptions();
    private readonly object _gate = new();
    private SentenceEncoder? _encoder;
    private bool _isDisposed;
    private long _computedRows;

    /// <summary>Gets the model.</summary>
    public SentenceModel Model => model;

    /// <summary>Gets what the encoder computes.</summary>
    public EmbeddingSettings Settings { get; } = EmbeddingSettings.Create(model, options);

    /// <summary>Gets the number of rows that were computed with this encoder.</summary>
    public long ComputedRows => Interlocked.Read(ref _computedRows);

    /// <summary>Gives the encoder for a number of rows.</summary>
    /// <exception cref="ObjectDisposedException">The transformer is disposed.</exception>
    public SentenceEncoder Get(int rows)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            Interlocked.Add(ref _computedRows, rows);
            return _encoder ??= Create();
        }
    }

    /// <summary>Checks that the transformer may still be used.</summary>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed), owner);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _encoder?.Dispose();
            _encoder = null;
        }
    }

    private SentenceEncoder Create()
    {
        var environment = host as IHostEnvironmentInternal;
        ExecutionSettings settings = ExecutionSettings.Create(_options, environment?.GpuDeviceId, environment?.FallbackToCpu ?? false);
        return new SentenceEncoder(model, _options, settings, Warn);
    }

    private void Warn(string message)
    {
        using IChannel channel = host.Start("Transform");
        channel.Warning(MessageSensitivity.None, message);
    }
}
