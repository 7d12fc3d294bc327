namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A tensor that an encoder needs.</summary>
/// <param name="Name">Its name in a plain encoder.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="IsInteger">Whether its elements are 8-bit integers; they are floating-point numbers otherwise.</param>
internal sealed record WeightDescription(string Name, long[] Shape, bool IsInteger = false);
