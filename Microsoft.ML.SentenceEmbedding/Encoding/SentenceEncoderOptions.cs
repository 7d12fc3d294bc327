using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What a <see cref="SentenceEncoder"/> makes of a text (prompt, dimensions, normalization, long texts), and how it uses the machine, which changes no vector beyond the rounding of the processor that computes.</summary>
public sealed class SentenceEncoderOptions
{
    private readonly int _tokenBudget = 512;
    private readonly int _maximumConcurrency = Environment.ProcessorCount;
    private readonly int _intraOpThreads = 1;
    private readonly int? _gpuDeviceId;
    private readonly LongTextHandling _longTexts;
    private readonly int? _dimensions;

    /// <summary>Gets the text that is put in front of each text, as it is; empty for none, and null, the default, for the prompt of <see cref="PromptName"/> or, if that is null too, the model's default prompt.</summary>
    /// <remarks>As in Python it wins over <see cref="PromptName"/>, which is then not looked up. Encoders of one model with different prompts share a session.</remarks>
    public string? Prompt { get; init; }

    /// <summary>Gets the name of the prompt in <see cref="SentenceModel.Prompts"/> that is put in front of each text, such as "query" or "document"; null, the default, for the model's default prompt.</summary>
    /// <remarks>"query" is what Python's encode_query takes, "document" what encode_document takes. The making of an encoder or an estimator throws an <see cref="ArgumentException"/> if the model has no such prompt.</remarks>
    public string? PromptName { get; init; }

    /// <summary>Gets how many of a vector's first numbers are kept; null, the default, for what the model says. More than the vector has changes nothing.</summary>
    /// <remarks>
    /// For models that were trained for it (Matryoshka). What is left of a vector of length 1 is shorter: set <see cref="Normalize"/> too where the length
    /// matters. A model's own truncation (truncate_dim) does not count beside it, so that it can also ask for more.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int? Dimensions
    {
        get => _dimensions;
        init
        {
            if (value is { } dimensions)
            {
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions, nameof(value));
            }

            _dimensions = value;
        }
    }

    /// <summary>Gets whether every vector is divided by its length, after <see cref="Dimensions"/>. The default, false, leaves it as the model makes it, which may be normalized too.</summary>
    public bool Normalize { get; init; }

    /// <summary>Gets the number of tokens, padding included, that a batch holds at most; a text that is longer makes a batch of its own. The default is 512, where sorted batches of short and of long texts alike are fastest.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int TokenBudget
    {
        get => _tokenBudget;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            _tokenBudget = value;
        }
    }

    /// <summary>Gets the number of batches that one call computes at the same time, each on <see cref="IntraOpThreads"/> threads. The default is the number of processors.</summary>
    /// <remarks>All calls in a process together compute with no more threads at a time than there are processors; further batches wait.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int MaximumConcurrency
    {
        get => _maximumConcurrency;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            _maximumConcurrency = value;
        }
    }

    /// <summary>Gets the number of threads that compute one batch together, the calling one among them. The default is 1.</summary>
    /// <remarks>
    /// More than 1 shortens the wait for a single text, as prediction engines and services with few callers compute it: with all-MiniLM-L6-v2 on two AVX2
    /// cores a sentence of 14 tokens takes 5.9 to 7.4 ms with one thread and 3.6 to 4.8 ms with two. The added threads spin for a
    /// moment after each text, and work in bulk is fastest with 1, where each processor has a batch of its own. Encoders of one model with different
    /// numbers have a native session each, with its own copy of the weights.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int IntraOpThreads
    {
        get => _intraOpThreads;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            _intraOpThreads = value;
        }
    }

    /// <summary>Gets a method that changes ONNX Runtime's options before a session is made, such as adding an execution provider; null, the default, to leave them.</summary>
    /// <remarks>
    /// <para>
    /// CUDA, DirectML, OpenVINO, CoreML and others come with packages of ONNX Runtime that an application references itself, for example
    /// <c>ConfigureSession = session =&gt; session.AppendExecutionProvider_CUDA(0)</c> with Microsoft.ML.OnnxRuntime.Gpu. DirectML needs
    /// <c>EnableMemoryPattern = false</c> as well. The number of threads is <see cref="IntraOpThreads"/>' concern: the library counts its cores by it.
    /// </para>
    /// <para>
    /// It is called at the first text, and for each session once; the options are valid during the call. Encoders share a session if their methods are the
    /// same delegate, so keep it in a field where many are made. <see cref="GpuDeviceId"/> is not used beside it. An exception of its own reaches the caller inside an
    /// <see cref="InvalidOperationException"/>; for a provider that is missing see <see cref="FallbackToCpu"/>.
    /// </para>
    /// </remarks>
    public Action<SessionOptions>? ConfigureSession { get; init; }

    /// <summary>Gets the number of the CUDA device that computes, counted from 0; null, the default, for the CPU or, in a pipeline, for mlContext.GpuDeviceId.</summary>
    /// <remarks>The application references the package Microsoft.ML.OnnxRuntime.Gpu. With <see cref="ConfigureSession"/> it is not used.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int? GpuDeviceId
    {
        get => _gpuDeviceId;
        init
        {
            if (value is { } device)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(device, nameof(value));
            }

            _gpuDeviceId = value;
        }
    }

    /// <summary>Gets whether the CPU computes where the execution provider or the device that is asked for cannot be used; null, the default, for no or, in a pipeline, for mlContext.FallbackToCpu.</summary>
    /// <remarks>
    /// The reason is in <see cref="SentenceEncoder.CpuFallbackReason"/>, and in a pipeline a warning in mlContext.Log. Without it the first text
    /// throws an <see cref="InvalidOperationException"/>.
    /// </remarks>
    public bool? FallbackToCpu { get; init; }

    /// <summary>Gets what becomes of a text with more tokens than the model reads at once. The default is <see cref="LongTextHandling.Truncate"/>, as in Python.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of <see cref="LongTextHandling"/>.</exception>
    public LongTextHandling LongTexts
    {
        get => _longTexts;
        init => _longTexts = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "There is no such handling of long texts.");
    }
}
