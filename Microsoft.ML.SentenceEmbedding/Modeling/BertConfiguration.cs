namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The sizes and choices of an encoder with BERT's layers: BERT, DistilBERT, RoBERTa, XLM-RoBERTa, and MPNet.</summary>
/// <param name="HiddenSize">Length of a token's vector.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="AttentionHeads">Attention heads of a layer; divides the hidden size.</param>
/// <param name="IntermediateSize">Width of the feed-forward part.</param>
/// <param name="Activation">What the feed-forward part applies.</param>
/// <param name="LayerNormEpsilon">Added to every variance.</param>
/// <param name="VocabularySize">Rows of the word embeddings.</param>
/// <param name="MaximumPositions">Rows of the position embeddings.</param>
/// <param name="TokenTypes">Rows of the token type embeddings; 0 where there are none.</param>
/// <param name="Precision">How the weights of the layers are stored and computed with.</param>
internal sealed record BertConfiguration(
    int HiddenSize,
    int Layers,
    int AttentionHeads,
    int IntermediateSize,
    ActivationFunction Activation,
    float LayerNormEpsilon,
    int VocabularySize,
    int MaximumPositions,
    int TokenTypes,
    ModelPrecision Precision = ModelPrecision.Float32)
    : EncoderConfiguration(HiddenSize, Layers, VocabularySize, Precision)
{
    /// <summary>The table of words.</summary>
    public const string WordEmbeddings = "embeddings.word_embeddings.weight";

    /// <summary>The table of positions.</summary>
    public const string PositionEmbeddings = "embeddings.position_embeddings.weight";

    /// <summary>The table of token types.</summary>
    public const string TokenTypeEmbeddings = "embeddings.token_type_embeddings.weight";

    /// <summary>The LayerNorm behind the tables.</summary>
    public const string EmbeddingNorm = "embeddings.LayerNorm";

    /// <summary>The table of what is added to attention's scores by relative position, of an encoder that has one.</summary>
    public const string RelativePositions = "encoder.relative_attention_bias.weight";

    /// <summary>Gets the names of the parts.</summary>
    public BertArchitecture Architecture { get; init; } = BertReader.Architecture;

    /// <summary>Gets the id of the padding token where positions are counted from behind it, as RoBERTa counts them; null where they begin at 0.</summary>
    public int? PaddingId { get; init; }

    /// <summary>Gets the number of classes of relative positions, MPNet's; 0 where there are none.</summary>
    public int RelativePositionBuckets { get; init; }

    /// <inheritdoc/>
    public override string ArchitectureName => Architecture.Name;

    /// <inheritdoc/>
    public override int MaximumTokens => PaddingId is { } padding ? MaximumPositions - padding - 1 : MaximumPositions;

    /// <inheritdoc/>
    public override string TaskPrefix => Architecture.TaskPrefix;

    /// <inheritdoc/>
    public override string LayersKey => Architecture.LayersKey;

    /// <inheritdoc/>
    public override IEnumerable<WeightDescription> FixedWeights() =>
    [
        new(WordEmbeddings, [VocabularySize, HiddenSize]),
        new(PositionEmbeddings, [MaximumPositions, HiddenSize]),
        .. TokenTypes > 0 ? [new WeightDescription(TokenTypeEmbeddings, [TokenTypes, HiddenSize])] : Array.Empty<WeightDescription>(),
        .. LayerNorm(EmbeddingNorm),
        .. RelativePositionBuckets > 0 ? [new WeightDescription(RelativePositions, [RelativePositionBuckets, AttentionHeads])] : Array.Empty<WeightDescription>(),
    ];

    /// <inheritdoc/>
    public override IEnumerable<WeightDescription> LayerWeights(int layer)
    {
        string prefix = Architecture.LayerPrefix(layer);
        string attention = Architecture.Attention + ".";
        bool quantized = Precision == ModelPrecision.Int8;
        return
        [
            .. Linear(attention + Architecture.Query, HiddenSize, HiddenSize),
            .. Linear(attention + Architecture.Key, HiddenSize, HiddenSize),
            .. Linear(attention + Architecture.Value, HiddenSize, HiddenSize),
            .. Linear(Architecture.AttentionOutput, HiddenSize, HiddenSize),
            .. LayerNorm(prefix + Architecture.AttentionNorm),
            .. Linear(Architecture.Intermediate, IntermediateSize, HiddenSize),
            .. Linear(Architecture.Output, HiddenSize, IntermediateSize),
            .. LayerNorm(prefix + Architecture.OutputNorm),
            .. quantized ? QuantizedLayer.SmoothedInputs(Architecture).Select(smoothed => new WeightDescription(prefix + QuantizedLayer.SmoothingName(smoothed.Input), [HiddenSize])) : [],
        ];

        IEnumerable<WeightDescription> Linear(string name, int output, int input) =>
        [
            new(prefix + name + ".weight", [output, input], quantized),
            new(prefix + name + ".bias", [output]),
            .. quantized ? [new WeightDescription(prefix + QuantizedLayer.ScaleName(name), [output])] : Array.Empty<WeightDescription>(),
        ];
    }

    private IEnumerable<WeightDescription> LayerNorm(string name) =>
        [new(name + ".weight", [HiddenSize]), new(name + ".bias", [HiddenSize])];
}
