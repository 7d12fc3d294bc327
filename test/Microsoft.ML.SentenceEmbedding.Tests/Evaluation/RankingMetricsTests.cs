namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class RankingMetricsTests
{
    private const double Tolerance = 1e-12;
    private const int Relevant = 4;

    private static readonly bool[] Ranking = [false, true, true, false, true];

    [TestMethod]
    public void Metrics_are_those_computed_by_hand()
    {
        Assert.AreEqual(0, RankingMetrics.Accuracy(Ranking, 1));
        Assert.AreEqual(1, RankingMetrics.Accuracy(Ranking, 2));
        Assert.AreEqual(2 / 3.0, RankingMetrics.Precision(Ranking, 3), Tolerance);
        Assert.AreEqual(2 / 4.0, RankingMetrics.Recall(Ranking, 3, Relevant), Tolerance);
        Assert.AreEqual(0, RankingMetrics.ReciprocalRank(Ranking, 1));
        Assert.AreEqual(1 / 2.0, RankingMetrics.ReciprocalRank(Ranking, 3), Tolerance);
        Assert.AreEqual(((1 / 2.0) + (2 / 3.0)) / 3, RankingMetrics.AveragePrecision(Ranking, 3, Relevant), Tolerance);
        Assert.AreEqual(((1 / 2.0) + (2 / 3.0) + (3 / 5.0)) / 4, RankingMetrics.AveragePrecision(Ranking, 100, Relevant), Tolerance);
        Assert.AreEqual(
            ((1 / Math.Log2(3)) + (1 / Math.Log2(4))) / (1 + (1 / Math.Log2(3)) + (1 / Math.Log2(4))),
            RankingMetrics.NormalizedDiscountedCumulativeGain(Ranking, 3, Relevant),
            Tolerance);
    }

    [TestMethod]
    public void A_short_ranking_has_empty_places()
    {
        Assert.AreEqual(3 / 10.0, RankingMetrics.Precision(Ranking, 10), Tolerance);
        Assert.AreEqual(3 / 4.0, RankingMetrics.Recall(Ranking, int.MaxValue, Relevant), Tolerance);
        Assert.AreEqual(1, RankingMetrics.NormalizedDiscountedCumulativeGain([true, true], int.MaxValue, 2), Tolerance);
    }
}
