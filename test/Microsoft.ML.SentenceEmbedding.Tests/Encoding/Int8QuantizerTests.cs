namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class Int8QuantizerTests
{
    private const float Tolerance = 1e-6f;

    [TestMethod]
    public void Smoothing_moves_magnitude_from_the_input_into_the_weights()
    {
        // Two outputs and three channels, of which the second is large in the input and the third never seen.
        float[] weight = [1, 2, 3, 4, -8, 0.5f];
        float[] original = [.. weight];
        float[] largestInputs = [1, 32, 0];

        float[] factors = Int8Quantizer.Smooth([weight], largestInputs);

        Assert.AreEqual(2f, factors[0], Tolerance);
        Assert.AreEqual(0.5f, factors[1], Tolerance);
        Assert.IsTrue(factors.All(factor => float.IsFinite(factor) && factor > 0));
        for (int i = 0; i < weight.Length; i++)
        {
            Assert.AreEqual(original[i], weight[i] * factors[i % 3], Math.Abs(original[i]) * Tolerance);
        }
    }
}
