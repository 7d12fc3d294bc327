using Microsoft.ML.SentenceEmbedding.Graphs.Onnx;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What an ONNX file says about the way into its graph and out of it.</summary>
/// <param name="Inputs">The inputs that have no value in the file: files before version 4 of the format list their weights among the inputs.</param>
/// <param name="Outputs">The outputs.</param>
internal sealed record OnnxDeclarations(IReadOnlyList<ValueInfoProto> Inputs, IReadOnlyList<ValueInfoProto> Outputs);
