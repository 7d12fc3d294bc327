namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The sizes and choices of a ModernBERT encoder.</summary>
/// <param name="HiddenSize">Length of a token's vector.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="AttentionHeads">Attention heads of a layer; each has an even part of the hidden size.</param>
/// <param name="IntermediateSize">Width of the feed-forward part, behind its gate.</param>
/// <param name="Activation">What the gate applies.</param>
/// <param name="LayerNormEpsilon">Added to every variance.</param>
/// <param name="VocabularySize">Rows of the word embeddings.</param>
/// <param name="MaximumPositions">The number of positions.</param>
/// <param name="GlobalLayers">For each layer, whether its tokens look at all others; else only at those in the window.</param>
/// <param name="WindowReach">How many tokens a local layer looks to the left, and to the right.</param>
/// <param name="GlobalRotaryBase">The base of the rotary positions' wavelengths in global layers.</param>
/// <param name="LocalRotaryBase">The same in local layers.</param>
internal sealed record ModernBertConfiguration(
    int HiddenSize,
    int Layers,
    int AttentionHeads,
    int IntermediateSize,
    ActivationFunction Activation,
    float LayerNormEpsilon,
    int VocabularySize,
    int MaximumPositions,
    IReadOnlyList<bool> GlobalLayers,
    int WindowReach,
    double GlobalRotaryBase,
    double LocalRotaryBase)
    : EncoderConfiguration(HiddenSize, Layers, VocabularySize)
{
    /// <summary>The table of words.</summary>
    public const string WordEmbeddings = "embeddings.tok_embeddings.weight";

    /// <summary>The LayerNorm behind the table.</summary>
    public const string EmbeddingNorm = "embeddings.norm.weight";

    /// <summary>The LayerNorm behind the last layer.</summary>
    public const string FinalNorm = "final_norm.weight";

    /// <inheritdoc/>
    public override string ArchitectureName => "ModernBERT";

    /// <inheritdoc/>
    public override int MaximumTokens => MaximumPositions;

    /// <inheritdoc/>
    public override string TaskPrefix => "model.";

    /// <inheritdoc/>
    public override IEnumerable<WeightDescription> FixedWeights() =>
        [new(WordEmbeddings, [VocabularySize, HiddenSize]), new(EmbeddingNorm, [HiddenSize]), new(FinalNorm, [HiddenSize])];

    /// <inheritdoc/>
    public override IEnumerable<WeightDescription> LayerWeights(int layer)
    {
        string prefix = $"layers.{layer}.";
        return
        [
            // The first layer's attention reads the embeddings, which are normalized already.
            .. layer > 0 ? [new WeightDescription(prefix + "attn_norm.weight", [HiddenSize])] : Array.Empty<WeightDescription>(),
            new(prefix + "attn.Wqkv.weight", [3 * HiddenSize, HiddenSize]),
            new(prefix + "attn.Wo.weight", [HiddenSize, HiddenSize]),
            new(prefix + "mlp_norm.weight", [HiddenSize]),
            new(prefix + "mlp.Wi.weight", [2 * IntermediateSize, HiddenSize]),
            new(prefix + "mlp.Wo.weight", [HiddenSize, IntermediateSize]),
        ];
    }

    /// <summary>Compares all values, those of the list one by one.</summary>
    public bool Equals(ModernBertConfiguration? other) =>
        base.Equals(other)
        && GlobalLayers.SequenceEqual(other.GlobalLayers)
        && (AttentionHeads, IntermediateSize, Activation, LayerNormEpsilon) == (other.AttentionHeads, other.IntermediateSize, other.Activation, other.LayerNormEpsilon)
        && (MaximumPositions, WindowReach, GlobalRotaryBase, LocalRotaryBase) == (other.MaximumPositions, other.WindowReach, other.GlobalRotaryBase, other.LocalRotaryBase);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), AttentionHeads, IntermediateSize, MaximumPositions);
}
