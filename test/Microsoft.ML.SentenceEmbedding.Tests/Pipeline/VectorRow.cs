using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>A text with a vector of the tiny teacher's dimensions, one of other dimensions, and one of any.</summary>
internal sealed class VectorRow
{
    public string? Text { get; set; }

    [VectorType(48)]
    public float[] Teacher { get; set; } = [];

    [VectorType(3)]
    public float[] Short { get; set; } = [0, 0, 0];

    public float[] Variable { get; set; } = [];

    [VectorType(48)]
    public double[] Double { get; set; } = new double[48];
}
