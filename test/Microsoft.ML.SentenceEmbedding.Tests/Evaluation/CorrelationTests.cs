namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class CorrelationTests
{
    private const double Tolerance = 1e-12;

    [TestMethod]
    public void Equal_values_share_the_mean_of_their_ranks()
    {
        CollectionAssert.AreEqual(new[] { 1, 3, 3, 5, 3.0 }, Correlation.AverageRanks([-1, 2, 2, 7, 2]));
        CollectionAssert.AreEqual(new[] { 2.5, 2.5, 2.5, 2.5 }, Correlation.AverageRanks([0, -0.0, 0, 0]));
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(5)]
    [DataRow(100)]
    public void Spearman_with_many_ties_is_that_of_a_plain_computation(int differentValues)
    {
        var random = new Random(differentValues);
        double[] x = [.. Enumerable.Range(0, 300).Select(_ => (double)random.Next(differentValues))];
        double[] y = [.. x.Select(value => (double)random.Next(differentValues) + (0.5 * value))];

        double expected = PlainPearson(PlainRanks(x), PlainRanks(y));

        Assert.AreEqual(expected, Correlation.Spearman(x, y), Tolerance);
        Assert.AreEqual(PlainPearson(x, y), Correlation.Pearson(x, y), Tolerance);
    }

    [TestMethod]
    public void Lists_that_rise_together_correlate_fully()
    {
        double[] x = [1, 2, 4, 8, 16];
        double[] squares = [.. x.Select(value => value * value)];

        Assert.AreEqual(1, Correlation.Spearman(x, squares), Tolerance);
        Assert.AreEqual(-1, Correlation.Spearman(x, [.. squares.Select(value => -value)]), Tolerance);
        Assert.IsLessThan(1, Correlation.Pearson(x, squares));
        Assert.AreEqual(1, Correlation.Pearson(x, [.. x.Select(value => (3 * value) - 1e6)]), 1e-9);
    }

    [TestMethod]
    public void A_constant_list_has_no_correlation()
    {
        Assert.IsTrue(double.IsNaN(Correlation.Pearson([1, 2, 3], [0.1, 0.1, 0.1])));
        Assert.IsTrue(double.IsNaN(Correlation.Spearman([5, 5, 5], [1, 2, 3])));
    }

    /// <summary>A rank is one more than the number of smaller values, and half of the other equal values on top.</summary>
    private static double[] PlainRanks(double[] values) =>
        [.. values.Select(value => 1 + values.Count(other => other < value) + ((values.Count(other => other == value) - 1) / 2.0))];

    private static double PlainPearson(double[] x, double[] y)
    {
        double Covariance(double[] a, double[] b) => a.Zip(b, (p, q) => p * q).Average() - (a.Average() * b.Average());
        return Covariance(x, y) / Math.Sqrt(Covariance(x, x) * Covariance(y, y));
    }
}
