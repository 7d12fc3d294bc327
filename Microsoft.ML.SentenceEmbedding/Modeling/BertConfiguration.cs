namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The sizes and choices of a BERT encoder.</summary>
/// <param name="HiddenSize">Length of a token's vector.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="AttentionHeads">Attention heads of a layer; divides the hidden size.</param>
/// <param name="IntermediateSize">Width of the feed-forward part.</param>
/// <param name="Activation">What the feed-forward part applies.</param>
/// <param name="LayerNormEpsilon">Added to every variance.</param>
/// <param name="VocabularySize">Rows of the word embeddings.</param>
/// <param name="MaximumPositions">Rows of the position embeddings.</param>
/// <param name="TokenTypes">Rows of the token type embeddings.</param>
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
    ModelPrecision Precision = ModelPrecision.Float32);
