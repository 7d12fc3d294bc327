namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class AdamWTests
{
    private const int Count = 10_000;

    [TestMethod]
    [DataRow(0f)]
    [DataRow(0.1f)]
    public void StepsAreThoseOfThePaper(float weightDecay)
    {
        const float LearningRate = 1e-2f;
        const float Factor = 0.5f;
        float[] weights = Numbers(1);
        double[] expected = [.. weights.Select(weight => (double)weight)];
        double[] first = new double[Count];
        double[] second = new double[Count];
        var optimizer = new AdamW(Count, weightDecay);
        for (int step = 1; step <= 5; step++)
        {
            float[] gradient = Numbers(step + 1);
            optimizer.Step(weights, gradient, Factor, step, LearningRate, [0..5000, 5000..Count], threads: 2);
            for (int i = 0; i < Count; i++)
            {
                double g = gradient[i] * Factor;
                first[i] = (0.9 * first[i]) + (0.1 * g);
                second[i] = (0.999 * second[i]) + (0.001 * g * g);
                double direction = first[i] / (1 - Math.Pow(0.9, step)) / (Math.Sqrt(second[i] / (1 - Math.Pow(0.999, step))) + 1e-8);
                expected[i] = (expected[i] * (1 - (LearningRate * weightDecay))) - (LearningRate * direction);
            }
        }

        for (int i = 0; i < Count; i++)
        {
            Assert.AreEqual(expected[i], weights[i], 1e-6);
        }
    }

    [TestMethod]
    public void NumbersOutsideTheRangesStay()
    {
        float[] weights = Numbers(1);
        float[] before = [.. weights];
        new AdamW(Count, weightDecay: 0.1f).Step(weights, Numbers(2), 1, 1, 0.1f, [100..200, 300..301], threads: 2);
        for (int i = 0; i < Count; i++)
        {
            Assert.AreEqual(i is (>= 100 and < 200) or 300, weights[i] != before[i], $"{i}");
        }
    }

    [TestMethod]
    public void NormIsTheLengthWhateverTheThreads()
    {
        float[] gradient = Numbers(3);
        double expected = Math.Sqrt(gradient[10..9000].Sum(number => (double)number * number));
        double one = AdamW.Norm(gradient, [10..5000, 5000..9000], threads: 1);
        Assert.AreEqual(expected, one, expected * 1e-6);
        Assert.AreEqual(one, AdamW.Norm(gradient, [10..5000, 5000..9000], threads: 2));
    }

    [TestMethod]
    [DataRow(0.5, 1f, 1f)]
    [DataRow(4.0, 1f, 0.25f)]
    [DataRow(4.0, float.PositiveInfinity, 1f)]
    public void GradientIsCutToItsLargestLength(double norm, float maximum, float expected) => Assert.AreEqual(expected, AdamW.ClipFactor(norm, maximum), 1e-6f);

    private static float[] Numbers(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Count).Select(_ => (float)(random.NextDouble() - 0.5))];
    }
}
