namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A training graph.</summary>
/// <param name="Graph">The serialized ONNX model.</param>
/// <param name="DropoutMasks">The masks among its inputs, none without dropout.</param>
internal sealed record TrainingModel(OnnxGraph Graph, IReadOnlyList<DropoutMask> DropoutMasks);
