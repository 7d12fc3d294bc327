namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class BatchPlannerTests
{
    [TestMethod]
    public void Plan_takes_every_sequence_once()
    {
        int[] lengths = [.. Enumerable.Range(0, 500).Select(i => 2 + (i * 7919 % 254))];

        var batches = BatchPlanner.Plan(lengths, tokenBudget: 1024);

        CollectionAssert.AreEqual(Enumerable.Range(0, 500).ToArray(), batches.SelectMany(batch => batch).Order().ToArray());
    }

    [TestMethod]
    public void Plan_keeps_padded_batches_within_the_budget_and_puts_the_longest_first()
    {
        int[] lengths = [.. Enumerable.Range(0, 500).Select(i => 2 + (i * 7919 % 254))];

        var batches = BatchPlanner.Plan(lengths, tokenBudget: 600);

        Assert.IsTrue(batches.TrueForAll(batch => batch.Length * batch.Max(i => lengths[i]) <= 600));
        int[] order = [.. batches.SelectMany(batch => batch).Select(i => lengths[i])];
        CollectionAssert.AreEqual(lengths.OrderDescending().ToArray(), order);
    }

    [TestMethod]
    public void A_sequence_over_the_budget_is_a_batch_of_its_own()
    {
        var batches = BatchPlanner.Plan([3, 900, 4], tokenBudget: 512);

        Assert.HasCount(2, batches);
        CollectionAssert.AreEqual(new[] { 1 }, batches[0]);
    }

    [TestMethod]
    public void No_sequences_make_no_batches() => Assert.IsEmpty(BatchPlanner.Plan([], tokenBudget: 512));
}
