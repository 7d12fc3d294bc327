namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class DistillationOptionsTests
{
    [TestMethod]
    public void DefaultsAreTheCardsRecipeWithoutDropout()
    {
        var options = new DistillationOptions();
        Assert.AreEqual((1, 64, 1, 1e-4f, 0.1f), (options.Epochs, options.BatchSize, options.GradientAccumulationSteps, options.LearningRate, options.WarmupRatio));
        Assert.AreEqual((0f, 1f, 0f, LearningRateSchedule.Linear), (options.WeightDecay, options.MaximumGradientNorm, options.Dropout, options.Schedule));
        Assert.IsTrue(options.LoadBestAtEnd);
    }

    [TestMethod]
    public void ValueOutsideItsRangeIsRefusedWhereItIsSet()
    {
        var options = new DistillationOptions();
        foreach (Action set in new Action[]
        {
            () => options.Epochs = 0,
            () => options.BatchSize = 0,
            () => options.GradientAccumulationSteps = 0,
            () => options.LearningRate = 0,
            () => options.LearningRate = float.NaN,
            () => options.LearningRate = float.PositiveInfinity,
            () => options.WarmupRatio = 1.1f,
            () => options.WeightDecay = -0.1f,
            () => options.MaximumGradientNorm = 0,
            () => options.MaximumGradientNorm = float.NaN,
            () => options.Dropout = 1,
            () => options.EvaluationSteps = 0,
            () => options.ValidationFraction = 0.6f,
            () => options.CheckpointSteps = 0,
            () => options.MaximumConcurrency = 0,
            () => options.Schedule = (LearningRateSchedule)7,
        })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(set);
        }
    }

    [TestMethod]
    public void EvaluatorsNeedNamesOfTheirOwn()
    {
        var evaluator = new MseEvaluator("name", ["text"], [[1f]]);
        var options = new DistillationOptions();
        Assert.Contains("'name'", Assert.ThrowsExactly<ArgumentException>(() => options.Evaluators = [evaluator, evaluator]).Message);
        Assert.ThrowsExactly<ArgumentException>(() => options.Evaluators = [null!]);
    }

    [TestMethod]
    public void EmptyPathOfCheckpointsIsRefused()
    {
        var options = new DistillationOptions { CheckpointDirectory = null };
        Assert.ThrowsExactly<ArgumentException>(() => options.CheckpointDirectory = "");
        Assert.IsNull(options.CheckpointDirectory);
    }

    [TestMethod]
    public void EvaluatorsAreCopied()
    {
        List<ISentenceEvaluator> evaluators = [new FallingEvaluator()];
        var options = new DistillationOptions { Evaluators = evaluators };
        evaluators.Add(evaluators[0]);
        Assert.HasCount(1, options.Evaluators);
    }
}
