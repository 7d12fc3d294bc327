using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A sentence-transformers model: what its directory says about tokenizer, encoder, pooling, prompts, and similarity.</summary>
/// <remarks>
/// Immutable; one instance may serve any number of threads. The weights stay in their files, which are mapped, until something
/// computes with them. Supported are the encoders BERT, DistilBERT, RoBERTa, XLM-RoBERTa, MPNet, ModernBERT, and StaticEmbedding, weights in
/// safetensors (F32, F16, BF16), and the modules Pooling, Dense, LayerNorm, and Normalize (Dropout does nothing outside of training); and, where there are no
/// safetensors, any encoder that is exported to onnx/model.onnx (inputs input_ids, attention_mask, and token_type_ids if need be; output token_embeddings,
/// last_hidden_state, or sentence_embedding, which has the modules inside). Such a file is run as it is, and can make the process use any time and memory: take it from people you trust.
/// </remarks>
public sealed partial class SentenceModel
{
    private static readonly Lazy<SentenceModel> LazyDefault = new(() => Read(EmbeddedModelDirectory.OfDefault()));
    private static readonly Lazy<SentenceModel> LazySmall = new(() => Read(EmbeddedModelDirectory.OfSmall()));

    private readonly ModelDirectory _directory;

    /// <summary>Makes a model of parts that were checked against each other.</summary>
    internal SentenceModel(
        ModelDirectory directory,
        string encoderFolder,
        EncoderConfiguration encoder,
        TensorCollection weights,
        SentenceTokenizer tokenizer,
        int maximumTokens,
        IReadOnlyList<SentenceModule> modules,
        int dimensions,
        SentenceSettings settings)
    {
        _directory = directory;
        EncoderFolder = encoderFolder;
        Encoder = encoder;
        Weights = weights;
        SentenceTokenizer = tokenizer;
        MaximumTokens = maximumTokens;
        Modules = modules;

        // Python keeps a truncation that is no shorter than the vector, and it changes nothing.
        TruncateDimensions = settings.TruncateDimensions < dimensions ? settings.TruncateDimensions : null;
        UntruncatedDimensions = dimensions;
        Dimensions = TruncateDimensions ?? dimensions;
        IsNormalized = EndsInNormalization && TruncateDimensions is null;
        SimilarityFunction = settings.SimilarityFunction;
        Prompts = settings.Prompts;
        DefaultPromptName = settings.DefaultPromptName;
        Prompt = DefaultPromptName is null ? string.Empty : Prompts[DefaultPromptName];
        Files = directory.Opened;
    }

    /// <summary>Gets the model inside this library: all-MiniLM-L6-v2, 384 dimensions, at most 256 tokens. It is read once, at the first use.</summary>
    public static SentenceModel Default => LazyDefault.Value;

    /// <summary>Gets the smaller model inside this library: three of the six layers of <see cref="Default"/>, trained by this library to give its vectors. It has the same dimensions and tokens, and about twice the speed. It is read once, at the first use.</summary>
    public static SentenceModel Small => LazySmall.Value;

    /// <summary>Gets the model's name: the name of its directory.</summary>
    public string Name => _directory.Name;

    /// <summary>Gets the number of the encoder's layers; 0 where it has none, or an ONNX file does not tell.</summary>
    public int Layers => Encoder.Layers;

    /// <summary>Gets the numbers that the encoder's matrix products are computed in: <see cref="ModelPrecision.Int8"/> for what <see cref="SentenceModelQuantization.Quantize"/> made, also after saving and loading.</summary>
    public ModelPrecision Precision => Encoder.Precision;

    /// <summary>Gets the length of a text's vector.</summary>
    public int Dimensions { get; }

    /// <summary>Gets how many tokens of a text are read, special tokens and prompt included; the rest is cut off. The largest number there is where the model has no limit.</summary>
    public int MaximumTokens { get; }

    /// <summary>Gets a value indicating whether every vector has length 1: the last module normalizes and nothing is cut off after it. A text without a single token may have zeros all the same.</summary>
    public bool IsNormalized { get; }

    /// <summary>Gets how the model's vectors are meant to be compared: "cosine", "dot", "euclidean", or "manhattan". Cosine where the model does not say.</summary>
    public string SimilarityFunction { get; }

    /// <summary>Gets the prompts by name; "query" and "document" are always there, empty where the model does not use them.</summary>
    public IReadOnlyDictionary<string, string> Prompts { get; }

    /// <summary>Gets the name of the prompt that is put in front of every text, or null for none.</summary>
    public string? DefaultPromptName { get; }

    /// <summary>Gets the tokenizer. It gives a text's own ids, without the special tokens around it.</summary>
    public Tokenizer Tokenizer => SentenceTokenizer.Tokenizer;

    /// <summary>Gets the folder of the encoder's and the tokenizer's files, empty for the model directory itself.</summary>
    internal string EncoderFolder { get; }

    /// <summary>Gets where the model, or the one it was made from, comes from; null where that is not known.</summary>
    internal ModelOrigin? Origin => _directory.Origin;

    /// <summary>Gets the encoder's sizes.</summary>
    internal EncoderConfiguration Encoder { get; }

    /// <summary>Gets the encoder's weights under the names of a plain encoder; all of them were checked.</summary>
    internal TensorCollection Weights { get; }

    /// <summary>Gets what turns a text into input ids, special tokens included.</summary>
    internal SentenceTokenizer SentenceTokenizer { get; }

    /// <summary>Gets the steps after the encoder: Pooling, then any of Dense, LayerNorm, and Normalize; none where the encoder gives no token vectors.</summary>
    internal IReadOnlyList<SentenceModule> Modules { get; }

    /// <summary>Gets how many dimensions are kept after the last module, or null for all.</summary>
    internal int? TruncateDimensions { get; }

    /// <summary>Gets the length of the last module's vectors.</summary>
    internal int UntruncatedDimensions { get; }

    /// <summary>Gets a value indicating whether the last module brings vectors to the length 1.</summary>
    internal bool EndsInNormalization => Modules is [.., NormalizeModule] || Encoder is OnnxConfiguration { IsNormalized: true };

    /// <summary>Gets a value indicating whether the prompt's tokens are attended to but not pooled.</summary>
    internal bool LeavesOutPrompt => Modules is [PoolingModule { IncludePrompt: false }, ..];

    /// <summary>Gets the text that is put in front of every text, empty for none.</summary>
    internal string Prompt { get; }

    /// <summary>Gets the length of a token's vector.</summary>
    /// <exception cref="NotSupportedException">The encoder gives none.</exception>
    internal int TokenDimensions => Encoder.GivesTokenVectors
        ? Encoder.HiddenSize
        : throw new NotSupportedException($"{Name} has no token vectors: its ONNX file gives '{SentenceGraph.SentenceEmbedding}' only. Take the sentence vectors, or an ONNX file with '{SentenceGraph.TokenEmbeddings}'.");

    /// <summary>Gets the files the model was read from: saving them saves the model.</summary>
    internal IReadOnlyCollection<ModelFile> Files { get; }

    /// <summary>Reads a model from a directory in the layout of sentence-transformers, or from a plain transformers directory, whose token vectors are then averaged.</summary>
    /// <param name="directory">A directory with config.json, tokenizer.json or vocab.txt, model.safetensors (or onnx/model.onnx or model.onnx), and modules.json.</param>
    /// <returns>The model. Its files stay in use, and must stay unchanged, as long as it is.</returns>
    /// <exception cref="ArgumentException"><paramref name="directory"/> is empty.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    /// <exception cref="FileNotFoundException">A file that the model needs is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or two of them contradict each other; the message names file and key.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    /// <exception cref="NotSupportedException">The model needs something that this library does not compute; the message names it.</exception>
    public static SentenceModel Load(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        return Read(new DiskModelDirectory(directory));
    }

    /// <summary>Describes the model in a line.</summary>
    /// <returns>Name, layers, dimensions, and maximum tokens.</returns>
    public override string ToString() =>
        $"{Name} ({Encoder.ArchitectureName}, {Encoder.Layers} layers, {Dimensions} dimensions, {(MaximumTokens == int.MaxValue ? "any number of" : $"at most {MaximumTokens}")} tokens)";

    /// <summary>Reads a model from wherever its directory lies.</summary>
    internal static SentenceModel Read(ModelDirectory directory) => SentenceModelReader.Read(directory);
}
