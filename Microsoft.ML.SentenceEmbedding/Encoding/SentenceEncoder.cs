using System.Buffers;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Turns texts into a model's vectors, as sentence-transformers' encode does.</summary>
/// <remarks>
/// <para>One instance serves any number of threads, and all instances for one <see cref="SentenceModel"/> with equal settings of the session (threads and
/// execution provider) share one native session, which the last <see cref="Dispose"/> frees; it is made at the first call. A text's vector does not depend on the texts that are encoded with it, beyond float rounding (about 1e-7).</para>
/// <para>Texts are tokenized, sorted by length and computed in batches, one per processor at a time. A vector has <see cref="Dimensions"/> float32 numbers;
/// it has the length 1 where the model normalizes (<see cref="SentenceModel.IsNormalized"/>) or the options say so. A text longer than <see cref="SentenceModel.MaximumTokens"/> is
/// truncated, or computed in windows if <see cref="SentenceEncoderOptions.LongTexts"/> says so; the empty text has a vector too. The model's default prompt, if it has one, is put in front of each text, unless the options name another.</para>
/// </remarks>
public sealed partial class SentenceEncoder : IDisposable
{
    // Texts are planned in windows: long enough to find many of a length, bounded so that a list of any size takes the same memory.
    private const int MaximumWindowTexts = 8192;
    private const int MaximumWindowTokens = 1 << 19;
    private const int MaximumStreamWindow = 1024;

    private readonly SentenceEncoderOptions _options;
    private readonly EmbeddingSettings _settings;
    private readonly ModelSession _session;

    // Of the prompt, where the model's pooling leaves them out.
    private readonly int _promptTokens;

    // Told once why the CPU is used; null if nobody listens, or has been told.
    private Action<string>? _fellBack;
    private int _disposed;

    /// <summary>Creates an encoder for a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">What to compute and how to use the machine, or null for the defaults.</param>
    /// <exception cref="ArgumentException">The model has no prompt of the name that the options give.</exception>
    public SentenceEncoder(SentenceModel model, SentenceEncoderOptions? options = null)
        : this(model, options ??= new SentenceEncoderOptions(), ExecutionSettings.Create(options), fellBack: null)
    {
    }

    /// <summary>Creates an encoder whose session's settings are not the options' alone.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">What to compute and how to use the machine.</param>
    /// <param name="settings">What the session is made with.</param>
    /// <param name="fellBack">Told once, during a call, why the CPU is used although something else was asked for.</param>
    internal SentenceEncoder(SentenceModel model, SentenceEncoderOptions options, ExecutionSettings settings, Action<string>? fellBack)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        _options = options;
        _settings = EmbeddingSettings.Create(model, options);
        _promptTokens = model.LeavesOutPrompt ? TokenSequences.CountPromptTokens(model, _settings.Prompt) : 0;
        _fellBack = fellBack;
        _session = ModelSession.Acquire(model, settings);
    }

    /// <summary>Gets the model.</summary>
    public SentenceModel Model { get; }

    /// <summary>Gets the number of numbers in a vector: the model's, unless <see cref="SentenceEncoderOptions.Dimensions"/> says otherwise.</summary>
    public int Dimensions => _settings.Dimensions;

    /// <summary>Gets why the CPU computes although the options ask for something else (<see cref="SentenceEncoderOptions.FallbackToCpu"/>); null if it does not, and before the first call.</summary>
    public string? CpuFallbackReason => _session.FallbackReason;

    /// <summary>Gives the vector of one text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>A new array of <see cref="Dimensions"/> numbers.</returns>
    /// <exception cref="ObjectDisposedException">The encoder is disposed.</exception>
    /// <exception cref="InvalidOperationException">The execution provider that the options ask for cannot be used.</exception>
    public float[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        float[] vector = new float[Dimensions];
        Encode(text, vector);
        return vector;
    }

    /// <summary>Writes the vector of one text, on the calling thread and <see cref="SentenceEncoderOptions.IntraOpThreads"/> - 1 others; the windows of a long text are computed as a list of texts is.</summary>
    /// <param name="text">The text.</param>
    /// <param name="destination">Receives <see cref="Dimensions"/> numbers at its start.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="ObjectDisposedException">The encoder is disposed.</exception>
    /// <exception cref="InvalidOperationException">The execution provider that the options ask for cannot be used.</exception>
    public void Encode(ReadOnlySpan<char> text, Span<float> destination)
    {
        CheckDestination(destination.Length, 1, nameof(destination));
        Enter();
        float[] vector = ArrayPool<float>.Shared.Rent(Model.UntruncatedDimensions);
        using var sequences = new TokenSequences(Model, _settings.Prompt, _settings.LongTexts);
        try
        {
            if (sequences.AddText(text) == 1)
            {
                _session.Score(sequences, [0], SentenceGraph.SentenceEmbedding, _promptTokens, vector, CancellationToken.None);
                _settings.Apply(vector, destination);
            }
            else
            {
                EncodeWindows(text, sequences, vector);
                vector.AsSpan(0, Dimensions).CopyTo(destination);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(vector);
            Leave();
        }
    }

    /// <summary>Gives the vectors of texts.</summary>
    /// <inheritdoc cref="Encode(IReadOnlyList{string}, IProgress{EncodingProgress}, CancellationToken)"/>
    public float[][] Encode(IReadOnlyList<string> texts) => Encode(texts, progress: null, CancellationToken.None);

    /// <summary>Gives the vectors of texts.</summary>
    /// <param name="texts">The texts, in any order of length; none is null.</param>
    /// <param name="progress">Told after each batch, or null. It is called by the computing threads.</param>
    /// <param name="cancellationToken">Stops the work between two batches.</param>
    /// <returns>A new array of <see cref="Dimensions"/> numbers for each text, in the texts' order.</returns>
    /// <exception cref="ArgumentException">A text is null.</exception>
    /// <exception cref="ObjectDisposedException">The encoder is disposed.</exception>
    /// <exception cref="InvalidOperationException">The execution provider that the options ask for cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The work was canceled.</exception>
    public float[][] Encode(IReadOnlyList<string> texts, IProgress<EncodingProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(texts);
        float[][] vectors = new float[texts.Count][];
        var memories = new ReadOnlyMemory<char>[texts.Count];
        for (int i = 0; i < vectors.Length; i++)
        {
            memories[i] = (texts[i] ?? throw new ArgumentException($"The text at index {i} is null.", nameof(texts))).AsMemory();
            vectors[i] = new float[Dimensions];
        }

        Encode(memories, index => vectors[index], progress, cancellationToken);
        return vectors;
    }

    /// <summary>Writes the vectors of texts.</summary>
    /// <inheritdoc cref="Encode(IReadOnlyList{ReadOnlyMemory{char}}, Memory{float}, IProgress{EncodingProgress}, CancellationToken)"/>
    public void Encode(IReadOnlyList<ReadOnlyMemory<char>> texts, Memory<float> destination)
        => Encode(texts, destination, progress: null, CancellationToken.None);

    /// <summary>Writes the vectors of texts.</summary>
    /// <param name="texts">The texts, in any order of length.</param>
    /// <param name="destination">Receives [texts, <see cref="Dimensions"/>] numbers at its start, row by row in the texts' order. Where the work is canceled, some rows are not written.</param>
    /// <param name="progress">Told after each batch, or null. It is called by the computing threads.</param>
    /// <param name="cancellationToken">Stops the work between two batches.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="ObjectDisposedException">The encoder is disposed.</exception>
    /// <exception cref="InvalidOperationException">The execution provider that the options ask for cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The work was canceled.</exception>
    public void Encode(IReadOnlyList<ReadOnlyMemory<char>> texts, Memory<float> destination, IProgress<EncodingProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(texts);
        CheckDestination(destination.Length, texts.Count, nameof(destination));
        Encode(texts, index => destination.Slice(index * Dimensions, Dimensions), progress, cancellationToken);
    }

    /// <summary>Gives the vectors of a stream of texts, in its order, as they come.</summary>
    /// <param name="texts">The texts; none is null.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>A new array of <see cref="Dimensions"/> numbers for each text.</returns>
    /// <remarks>
    /// The texts that have come while others were computed are computed together, so that a slow stream gets each vector at once and a fast one runs at full speed.
    /// For that the stream is asked ahead: leaving the loop early cancels the token that the stream was given, and waits until it has answered.
    /// </remarks>
    /// <exception cref="ArgumentException">A text is null.</exception>
    /// <exception cref="ObjectDisposedException">The encoder is disposed.</exception>
    /// <exception cref="InvalidOperationException">The execution provider that the options ask for cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The work was canceled.</exception>
    public async IAsyncEnumerable<float[]> EncodeAsync(IAsyncEnumerable<string> texts, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var enumerator = texts.GetAsyncEnumerator(stop.Token);
        var next = enumerator.MoveNextAsync().AsTask();
        try
        {
            var window = new List<string>();
            long read = 0;
            for (int size = 1; await next.ConfigureAwait(false); size = Math.Min(2 * size, MaximumStreamWindow))
            {
                window.Clear();
                do
                {
                    window.Add(enumerator.Current ?? throw new ArgumentException($"The text at index {read} of the stream is null.", nameof(texts)));
                    read++;
                    next = enumerator.MoveNextAsync().AsTask();
                }
                while (window.Count < size && next.IsCompletedSuccessfully && next.Result);

                foreach (float[] vector in await Task.Run(() => Encode(window, progress: null, cancellationToken), cancellationToken).ConfigureAwait(false))
                {
                    yield return vector;
                }
            }
        }
        finally
        {
            // A stream must not be disposed while it is being asked for its next text; what it answers now is nobody's concern.
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await enumerator.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Gives back the native session; the last encoder of a model frees it. Calls that are under way end well.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _session.Release();
        }
    }
}
