namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class RandomBitsTests
{
    [TestMethod]
    public void StreamIsAFunctionOfAllSeeds()
    {
        Assert.AreEqual(new RandomBits(1, 2, 3).Next(), new RandomBits(1, 2, 3).Next());
        ulong[] first = [.. from a in Enumerable.Range(-1, 10) from b in Enumerable.Range(-1, 10) select new RandomBits(a, b).Next()];
        Assert.HasCount(100, first.Distinct());
    }

    [TestMethod]
    public void ShuffledPlacesAreEquallyLikely()
    {
        const int Trials = 20_000;
        int[,] counts = new int[4, 4];
        var random = new RandomBits(7);
        for (int trial = 0; trial < Trials; trial++)
        {
            int[] values = [0, 1, 2, 3];
            random.Shuffle(values);
            for (int place = 0; place < 4; place++)
            {
                counts[values[place], place]++;
            }
        }

        // Six standard deviations of a binomial count.
        double tolerance = 6 * Math.Sqrt(Trials * 0.25 * 0.75);
        foreach (int count in counts)
        {
            Assert.AreEqual(Trials / 4.0, count, tolerance);
        }
    }

    [TestMethod]
    public void DropoutMaskHasItsShareOfZerosAndTheMeanOne()
    {
        float[] mask = new float[100_003];
        new RandomBits(3).FillDropoutMask(mask, 0.1f);
        double zeros = mask.Count(value => value == 0) / (double)mask.Length;
        Assert.AreEqual(0.1, zeros, 6 * Math.Sqrt(0.1 * 0.9 / mask.Length));
        Assert.AreEqual(1 / 0.9, mask.Max(), 1e-4);
        Assert.HasCount(2, mask.Distinct());
    }
}
