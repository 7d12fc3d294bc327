namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A serialized ONNX model.</summary>
/// <param name="Bytes">The model.</param>
/// <param name="WeightsFolder">The folder of the files that weights are mapped from, which the model names; null where it has all of them inside.</param>
internal sealed record OnnxGraph(byte[] Bytes, string? WeightsFolder);
