using System.Diagnostics.CodeAnalysis;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>How a model's weights are stored.</summary>
[SuppressMessage("Naming", "CA1720:Identifiers should not contain type names", Justification = "Precisions are known by the names of types.")]
public enum WeightPrecision
{
    /// <summary>IEEE single precision, four bytes for each weight.</summary>
    Float32,

    /// <summary>IEEE half precision, two bytes for each weight: eleven significant bits, at most 65,504.</summary>
    Float16,
}
