namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class StudentTrainerTests
{
    private static readonly string[] Texts = TrainingData.Texts(200);
    private static readonly SentenceModel Teacher = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));
    private static readonly SentenceModel Student = Teacher.KeepLayers(0);

    [TestMethod]
    public void StudentLearnsItsTeachersVectors()
    {
        var result = Train(Options());
        Assert.AreEqual(Steps(Options()), result.TotalSteps);
        Assert.IsFalse(result.Canceled);
        double before = result.Log[0].Metrics[0].PrimaryValue;
        double after = Evaluator().Evaluate(new EncoderEmbeddingSource(new SentenceEncoder(result.Student)), default).PrimaryValue;
        Assert.IsGreaterThan(before / 4, after);
        Assert.IsLessThan(result.Log[1].TrainingLoss!.Value / 2, result.Log[^1].TrainingLoss!.Value);
    }

    [TestMethod]
    public void SameSeedGivesTheSameBitsWhateverTheNumberOfThreads()
    {
        var first = Train(Options(dropout: 0.1f));
        var second = Train(Options(dropout: 0.1f, threads: 1));
        AssertSame(first, second);
    }

    [TestMethod]
    public void PartsOfABatchGiveTheSameBitsWhateverTheNumberOfThreads()
    {
        // Seven parts, which three threads share unevenly.
        var options = Options(dropout: 0.1f, threads: 3);
        options.BatchSize = Texts.Length;
        var several = Train(options);
        options.MaximumConcurrency = 1;
        AssertSame(several, Train(options));
    }

    [TestMethod]
    public void AnotherSeedGivesAnotherStudent()
    {
        var options = Options();
        options.Seed = 1;
        Assert.AreNotSequenceEqual(Weights(Train(Options())), Weights(Train(options)));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(7)]
    [DataRow(20)]
    [DataRow(33)]
    public void ResumedTrainingEndsLikeAnUninterruptedOne(int interruptedStep)
    {
        var options = Options(dropout: 0.1f);
        var whole = Train(options);
        options.CheckpointDirectory = TemporaryFiles.CreatePath();
        using (var source = new CancellationTokenSource())
        {
            options.Progress = new StepProgress(progress =>
            {
                if (progress.Step == interruptedStep)
                {
                    source.Cancel();
                }
            });
            options.CancellationToken = source.Token;
            var interrupted = Train(options);
            Assert.IsTrue(interrupted.Canceled);
            Assert.AreEqual(interruptedStep, interrupted.Steps);
        }

        options.Progress = null;
        options.CancellationToken = default;
        AssertSame(whole, Train(options));
    }

    [TestMethod]
    [DataRow(0, false, 0f)]
    [DataRow(1, false, 0.1f)]
    [DataRow(2, true, 0.1f)]
    [DataRow(4, false, 0f)]
    public void TrainingInterruptedInAnEvaluationEndsLikeAnUninterruptedOne(int evaluation, bool freezesEmbeddings, float weightDecay)
    {
        // Sixteen steps; the last batch of an epoch has four texts, its last step two batches.
        var options = Options(dropout: 0.1f);
        options.GradientAccumulationSteps = 3;
        options.ValidationFraction = 0.1f;
        options.EvaluationSteps = 4;
        options.Schedule = LearningRateSchedule.Cosine;
        options.FreezeEmbeddings = freezesEmbeddings;
        options.WeightDecay = weightDecay;
        var whole = Train(options);
        Assert.AreEqual(16, whole.TotalSteps);

        options.CheckpointDirectory = TemporaryFiles.CreatePath();
        using (var source = new CancellationTokenSource())
        {
            options.Evaluators = [new CancelingEvaluator(Evaluator(), source, evaluation)];
            options.CancellationToken = source.Token;
            var interrupted = Train(options);
            Assert.IsTrue(interrupted.Canceled);
            Assert.AreEqual(evaluation * options.EvaluationSteps, interrupted.Steps);
            Assert.HasCount(evaluation, interrupted.Log);
        }

        options.Evaluators = [Evaluator()];
        options.CancellationToken = default;
        AssertSame(whole, Train(options));
    }

    [TestMethod]
    public void KilledTrainingGoesOnFromItsCheckpointToTheSameResult()
    {
        string directory = TemporaryFiles.CreatePath();
        ChildProcess.RunAndKill(nameof(TrainProgram), directory);
        Assert.IsTrue(File.Exists(Path.Combine(directory, "checkpoint.safetensors")));
        var options = TrainProgram.Options();
        var whole = Train(options);
        options.CheckpointDirectory = directory;
        int first = int.MaxValue;
        options.Progress = new StepProgress(progress => first = Math.Min(first, progress.Step));
        AssertSame(whole, Train(options));
        Assert.IsGreaterThan(0, first);
        Assert.IsLessThan(whole.TotalSteps, first);
    }

    [TestMethod]
    public void FinishedTrainingGivesItsResultAgain()
    {
        var options = Options();
        options.CheckpointDirectory = TemporaryFiles.CreatePath();
        var whole = Train(options);
        var reports = new List<DistillationProgress>();
        options.Progress = new StepProgress(reports.Add);
        AssertSame(whole, Train(options));
        Assert.HasCount(1, reports);
        Assert.AreEqual(whole.TotalSteps, reports[0].Step);
        Assert.HasCount(whole.Log.Count, reports[0].Log);
    }

    [TestMethod]
    public void CanceledTrainingGivesTheBestSoFar()
    {
        var options = Options();
        using var source = new CancellationTokenSource();
        options.CancellationToken = source.Token;
        options.Progress = new StepProgress(progress =>
        {
            if (progress.Step == 25)
            {
                source.Cancel();
            }
        });
        var result = Train(options);
        Assert.IsTrue(result.Canceled);
        Assert.AreEqual(25, result.Steps);
        Assert.AreEqual(result.Log.MaxBy(evaluation => evaluation.Metrics[0].PrimaryValue)!.Step, result.BestStep);
        Assert.AreEqual(0, result.BestStep % options.EvaluationSteps);
    }

    [TestMethod]
    public void LastStateIsTheResultWhereTheBestIsNotAskedFor()
    {
        var options = Options();
        options.Evaluators = [new FallingEvaluator()];
        var best = Train(options);
        options.Evaluators = [new FallingEvaluator()];
        options.LoadBestAtEnd = false;
        var last = Train(options);
        Assert.AreEqual(0, best.BestStep);
        Assert.AreSequenceEqual(Weights(Student), Weights(best));
        Assert.AreEqual(last.TotalSteps, last.BestStep);
        Assert.AreNotSequenceEqual(Weights(best), Weights(last));
    }

    [TestMethod]
    public void ValidationTextsAreHeldBackAndGiveTheLoss()
    {
        var options = Options();
        options.Evaluators = [];
        options.ValidationFraction = 0.1f;
        var result = Train(options);
        Assert.AreEqual(20, result.ValidationTexts);
        Assert.AreEqual(180, result.Texts);
        Assert.IsLessThan(result.Log[0].ValidationLoss!.Value / 2, result.Log[^1].ValidationLoss!.Value);
        Assert.AreEqual(result.Log.MinBy(evaluation => evaluation.ValidationLoss)!.Step, result.BestStep);
    }

    [TestMethod]
    public void FrozenEmbeddingsStay()
    {
        var options = Options();
        options.FreezeEmbeddings = true;
        var layout = new ParameterLayout(StudentEncoder.Of(Student));
        float[] before = Weights(Student);
        float[] after = Weights(Train(options).Student);
        Assert.AreSequenceEqual(before[layout.LayersEnd..], after[layout.LayersEnd..]);
        Assert.AreNotSequenceEqual(before[..layout.LayersEnd], after[..layout.LayersEnd]);
    }

    [TestMethod]
    public void FrozenEmbeddingsDoNotDecay()
    {
        var options = Options();
        options.FreezeEmbeddings = true;
        options.WeightDecay = 0.1f;
        var layout = new ParameterLayout(StudentEncoder.Of(Student));
        Assert.AreSequenceEqual(Weights(Student)[layout.LayersEnd..], Weights(Train(options).Student)[layout.LayersEnd..]);
    }

    [TestMethod]
    public void LargestBatchIsAllTexts()
    {
        var options = Options();
        options.BatchSize = int.MaxValue;
        options.GradientAccumulationSteps = int.MaxValue;
        var largest = Train(options);
        Assert.AreEqual(options.Epochs, largest.Steps);
        options.BatchSize = Texts.Length;
        options.GradientAccumulationSteps = 1;
        AssertSame(Train(options), largest);
    }

    [TestMethod]
    public void MoreStepsThanCanBeCountedAreRefused()
    {
        var options = Options();
        options.Epochs = int.MaxValue;
        Assert.Contains("Epochs", Assert.ThrowsExactly<ArgumentException>(() => Train(options)).Message);
    }

    [TestMethod]
    public void AccumulatedBatchesMakeOneStep()
    {
        var options = Options();
        options.GradientAccumulationSteps = 3;
        var result = Train(options);

        // 25 batches an epoch, the last step of each takes what is left.
        Assert.AreEqual(9 * options.Epochs, result.TotalSteps);
        Assert.IsLessThan(result.Log[1].TrainingLoss!.Value, result.Log[^1].TrainingLoss!.Value);
    }

    [TestMethod]
    public void ProgressTellsEveryStepAndEvaluation()
    {
        var reports = new List<DistillationProgress>();
        var options = Options();
        options.Progress = new StepProgress(reports.Add);
        var result = Train(options);
        Assert.AreSequenceEqual([.. Enumerable.Range(0, result.TotalSteps + 1)], reports.Select(report => report.Step).ToArray());
        Assert.AreSequenceEqual([.. result.Log], reports.Where(report => report.Evaluation is not null).Select(report => report.Evaluation!).ToArray());
        Assert.AreSequenceEqual([.. result.Log], reports[^1].Log.ToArray());
        Assert.AreEqual(TimeSpan.Zero, reports[^1].Remaining);
        Assert.IsTrue(reports.Skip(1).All(report => report.SentencesPerSecond > 0 && report.GradientNorm > 0));
        Assert.AreEqual(options.LearningRate, reports.Max(report => report.LearningRate), 1e-9);
    }

    [TestMethod]
    public void DivergedTrainingIsAnErrorThatNamesTheLearningRate()
    {
        var options = Options();
        options.LearningRate = 1e30f;
        Assert.Contains("1E+30", Assert.ThrowsExactly<InvalidOperationException>(() => Train(options)).Message);
    }

    [TestMethod]
    public void VectorsOfAnotherLengthAreRefused()
    {
        using var data = TrainingData.Of(Student, ["a", "b"], [[1, 2, 3, 4, 5, 6, 7], [7, 6, 5, 4, 3, 2, 1]]);
        string message = Assert.ThrowsExactly<ArgumentException>(() => new StudentTrainer(Student, Options()).Train(data.Set)).Message;
        Assert.Contains("7 dimensions", message);
        Assert.Contains($"{Student.Dimensions}", message);
    }

    internal static DistillationResult Train(DistillationOptions options)
    {
        using var data = TrainingData.Of(Student, Teacher, Texts);
        return new StudentTrainer(Student, options).Train(data.Set);
    }

    internal static DistillationOptions Options(float dropout = 0, int threads = 2) => new()
    {
        Epochs = 2,
        BatchSize = 8,
        LearningRate = 3e-3f,
        Dropout = dropout,
        EvaluationSteps = 10,
        CheckpointSteps = 5,
        MaximumConcurrency = threads,
        Evaluators = [Evaluator()],
    };

    private static int Steps(DistillationOptions options) => options.Epochs * Texts.Length / options.BatchSize;

    private static MseEvaluator Evaluator()
    {
        using var teacher = new SentenceEncoder(Teacher);
        return new MseEvaluator("texts", Texts, teacher.Encode(Texts));
    }

    private static void AssertSame(DistillationResult expected, DistillationResult actual)
    {
        Assert.AreSequenceEqual(Weights(expected), Weights(actual));
        Assert.AreEqual(expected.BestStep, actual.BestStep);
        Assert.HasCount(expected.Log.Count, actual.Log);
        foreach (var (one, other) in expected.Log.Zip(actual.Log))
        {
            Assert.AreEqual((one.Step, one.Epoch, one.TrainingLoss, one.ValidationLoss), (other.Step, other.Epoch, other.TrainingLoss, other.ValidationLoss));
            Assert.AreEqual(one.Metrics[0].PrimaryValue, other.Metrics[0].PrimaryValue);
        }
    }

    private static float[] Weights(DistillationResult result) => Weights(result.Student);

    private static float[] Weights(SentenceModel model)
    {
        var layout = new ParameterLayout(StudentEncoder.Of(model));
        return [.. layout.Parameters.SelectMany(parameter => model.Weights.Get(parameter.Name, parameter.Shape).ToSingle())];
    }
}
