using static Microsoft.ML.SentenceEmbedding.Graphs.Onnx.TensorProto.Types;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>An encoder that is a user's own ONNX file: what goes in and comes out is known, and what it computes is not.</summary>
/// <param name="Path">The file's relative path.</param>
/// <param name="InputIds">The type of the token ids' elements, int64 or int32.</param>
/// <param name="AttentionMask">The type of the mask's elements.</param>
/// <param name="TokenTypeIds">The type of the token types' elements, or null where the file takes none.</param>
/// <param name="Output">The output that is used: token_embeddings or last_hidden_state, [batch, sequence, hidden]; sentence_embedding, [batch, hidden], where there are no token vectors.</param>
/// <param name="HiddenSize">Length of the output's vectors.</param>
/// <param name="Layers">Number of layers as config.json has it, 0 where it does not say.</param>
/// <param name="VocabularySize">The ids that config.json allows, or the largest number of them that is supported.</param>
/// <param name="MaximumPositions">The positions that config.json allows, or null for no limit.</param>
/// <param name="PaddingId">The padding token's id where positions are counted from behind it, else null.</param>
/// <param name="IsNormalized">Whether the modules inside end with Normalize.</param>
internal sealed record OnnxConfiguration(
    string Path,
    DataType InputIds,
    DataType AttentionMask,
    DataType? TokenTypeIds,
    string Output,
    int HiddenSize,
    int Layers,
    int VocabularySize,
    int? MaximumPositions,
    int? PaddingId,
    bool IsNormalized)
    : EncoderConfiguration(HiddenSize, Layers, VocabularySize)
{
    /// <inheritdoc/>
    public override string ArchitectureName => "ONNX";

    /// <inheritdoc/>
    public override int MaximumTokens => MaximumPositions is int positions ? positions - (PaddingId + 1 ?? 0) : int.MaxValue;

    /// <inheritdoc/>
    public override bool GivesTokenVectors => Output != SentenceGraph.SentenceEmbedding;

    /// <inheritdoc/>
    public override string TaskPrefix => string.Empty;

    /// <inheritdoc/>
    public override IEnumerable<WeightDescription> FixedWeights() => [];

    /// <inheritdoc/>
    public override IEnumerable<WeightDescription> LayerWeights(int layer) => [];
}
