using System.Numerics.Tensors;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>How far two vectors are apart.</summary>
internal static class Difference
{
    /// <summary>Gives the largest absolute difference of two elements; NaN where either has one.</summary>
    public static float Largest(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        Assert.AreEqual(expected.Length, actual.Length);
        float[] difference = new float[expected.Length];
        TensorPrimitives.Subtract(actual, expected, difference);
        return Math.Abs(TensorPrimitives.MaxMagnitude(difference));
    }
}
