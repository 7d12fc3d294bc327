namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The table of sentence-transformers' StaticEmbedding module: a token's vector depends on nothing but the token.</summary>
/// <param name="TensorName">The name of the table.</param>
/// <param name="HiddenSize">Length of a token's vector.</param>
/// <param name="VocabularySize">Rows of the table.</param>
internal sealed record StaticEmbeddingConfiguration(string TensorName, int HiddenSize, int VocabularySize)
    : EncoderConfiguration(HiddenSize, Layers: 0, VocabularySize)
{
    /// <inheritdoc/>
    public override string ArchitectureName => "StaticEmbedding";

    /// <inheritdoc/>
    public override int MaximumTokens => int.MaxValue;

    /// <inheritdoc/>
    public override string TaskPrefix => string.Empty;

    /// <inheritdoc/>
    public override IEnumerable<WeightDescription> FixedWeights() => [new(TensorName, [VocabularySize, HiddenSize])];

    /// <inheritdoc/>
    public override IEnumerable<WeightDescription> LayerWeights(int layer) => [];
}
