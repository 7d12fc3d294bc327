using System.Diagnostics.CodeAnalysis;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>In which numbers an encoder's matrix products are computed.</summary>
[SuppressMessage("Naming", "CA1720:Identifiers should not contain type names", Justification = "Precisions are known by the names of types.")]
public enum ModelPrecision
{
    /// <summary>Single precision, as Python computes: the vectors are Python's.</summary>
    Float32,

    /// <summary>Products of 8-bit integers, with a scale for each token and for each output: faster, and close to the vectors of single precision.</summary>
    Int8,
}
