namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class TrainingScheduleTests
{
    [TestMethod]
    [DataRow(LearningRateSchedule.Linear, new[] { 0, 0.5, 1, 17.0 / 18, 0.5, 1.0 / 18 })]
    [DataRow(LearningRateSchedule.Cosine, new[] { 0, 0.5, 1, 0.9924038765061041, 0.5, 0.007596123493895969 })]
    [DataRow(LearningRateSchedule.Constant, new[] { 0, 0.5, 1, 1, 1, 1 })]
    public void RateRisesAndFallsAsTheScheduleSays(LearningRateSchedule kind, double[] expected)
    {
        var schedule = new TrainingSchedule(kind, 1e-3f, totalSteps: 20, warmupRatio: 0.1f);
        int[] steps = [0, 1, 2, 3, 11, 19];
        for (int i = 0; i < steps.Length; i++)
        {
            Assert.AreEqual(1e-3 * expected[i], schedule.LearningRate(steps[i]), 1e-9, $"step {steps[i]}");
        }
    }

    [TestMethod]
    public void WithoutWarmupTheFirstRateIsTheHighest()
        => Assert.AreEqual(0.5f, new TrainingSchedule(LearningRateSchedule.Linear, 0.5f, totalSteps: 3, warmupRatio: 0).LearningRate(0));

    [TestMethod]
    public void WarmupOfTheWholeTrainingOnlyRises()
    {
        var schedule = new TrainingSchedule(LearningRateSchedule.Linear, 1, totalSteps: 4, warmupRatio: 1);
        Assert.AreSequenceEqual(new[] { 0, 0.25f, 0.5f, 0.75f }, Enumerable.Range(0, 4).Select(schedule.LearningRate).ToArray());
    }
}
