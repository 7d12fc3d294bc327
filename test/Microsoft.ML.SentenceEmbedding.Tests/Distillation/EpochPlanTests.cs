namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class EpochPlanTests
{
    private static readonly int[] Rows = [.. Enumerable.Range(0, 10_007).Select(row => 3 * row)];

    [TestMethod]
    public void EveryTextIsInOneBatch()
    {
        int[][] batches = Batches(seed: 1, epoch: 0);
        Assert.HasCount((Rows.Length + 63) / 64, batches);
        Assert.AreSequenceEqual(Rows, batches.SelectMany(batch => batch).Order().ToArray());
        Assert.AreEqual(1, batches.Count(batch => batch.Length != 64));
    }

    [TestMethod]
    public void SameSeedAndEpochGiveTheSamePlanAndOthersAnother()
    {
        int[] plan = Flat(seed: 1, epoch: 0);
        Assert.AreSequenceEqual(plan, Flat(seed: 1, epoch: 0));
        Assert.AreNotSequenceEqual(plan, Flat(seed: 1, epoch: 1));
        Assert.AreNotSequenceEqual(plan, Flat(seed: 2, epoch: 0));
    }

    [TestMethod]
    public void TextsOfABatchAreOfSimilarLengthAndBatchesOfAllLengths()
    {
        int[][] batches = Batches(seed: 1, epoch: 0);
        Assert.IsLessThanOrEqualTo(5, batches.Average(batch => batch.Max(Length) - batch.Min(Length)));
        int[] first = [.. batches.Take(20).Select(batch => Length(batch[0]))];
        Assert.IsGreaterThan(50, first.Max() - first.Min());
    }

    private static int Length(int row) => 5 + (row * 7919 % 101);

    private static int[] Flat(int seed, int epoch) => [.. Batches(seed, epoch).SelectMany(batch => batch)];

    private static int[][] Batches(int seed, int epoch)
    {
        var plan = new EpochPlan(Rows, Length, batchSize: 64, seed, epoch);
        return [.. Enumerable.Range(0, plan.Count).Select(batch => plan[batch].ToArray())];
    }
}
