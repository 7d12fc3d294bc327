using Microsoft.ML.Runtime;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class DistillationReporterTests
{
    private readonly MLContext _mlContext = new();
    private readonly ManualTime _time = new();
    private readonly List<string> _messages = [];

    public DistillationReporterTests() => _mlContext.Log += (_, message) =>
    {
        if (message.Kind == ChannelMessageKind.Info)
        {
            _messages.Add(message.Message);
        }
    };

    [TestMethod]
    public void Steps_are_told_after_some_seconds_and_then_now_and_then()
    {
        DistillationReporter reporter = Create(new DistillationOptions());
        for (int step = 1; step <= 35; step++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            reporter.Report(CreateProgress(step));
        }

        Assert.AreEqual(3, _messages.Count, string.Join(Environment.NewLine, _messages));
        StringAssert.Contains(_messages[0], "Distilling s: step 3 of 4,000, loss 0.0125, 320 sentences/s, 1.02:00:03 left.");
        StringAssert.Contains(_messages[1], "step 18 of 4,000");
        StringAssert.Contains(_messages[2], "step 33 of 4,000");
    }

    [TestMethod]
    public void Every_evaluation_is_told_with_its_evaluators()
    {
        var metrics = new SentenceMetrics("spearman_cosine", [new("pearson_cosine", 0.5), new("spearman_cosine", 0.75)]);
        DistillationReporter reporter = Create(new DistillationOptions { Evaluators = [new FixedEvaluator("sts-dev", metrics)] });

        reporter.Report(CreateProgress(0) with { Evaluation = new DistillationEvaluation(0, 0, null, 0.25, [metrics]) });
        reporter.Report(CreateProgress(1) with { Evaluation = new DistillationEvaluation(0.1, 1, 0.5, null, [metrics]) });

        Assert.AreEqual(2, _messages.Count);
        StringAssert.Contains(_messages[0], "before the first step; validation loss 0.25; sts-dev: pearson_cosine 0.5000, spearman_cosine 0.7500.");
        StringAssert.Contains(_messages[1], "left; sts-dev: pearson_cosine 0.5000, spearman_cosine 0.7500.");
    }

    [TestMethod]
    public void The_callers_progress_is_told_every_step()
    {
        var steps = new List<int>();
        DistillationReporter reporter = Create(new DistillationOptions { Progress = new ActionProgress(progress => steps.Add(progress.Step)) });

        reporter.Report(CreateProgress(1));
        reporter.Report(CreateProgress(2));

        CollectionAssert.AreEqual(new[] { 1, 2 }, steps);
    }

    [TestMethod]
    public void Canceled_context_stops_the_training_and_a_canceled_token_only_the_reading()
    {
        using var cancellation = new CancellationTokenSource();
        DistillationReporter reporter = Create(new DistillationOptions { CancellationToken = cancellation.Token });
        reporter.ThrowIfCanceled();
        cancellation.Cancel();

        Assert.ThrowsExactly<OperationCanceledException>(reporter.ThrowIfCanceled);
        reporter.Report(CreateProgress(1));
        Cancellation.Cancel(_mlContext);
        Assert.ThrowsExactly<OperationCanceledException>(() => reporter.Report(CreateProgress(2)));
    }

    private static DistillationProgress CreateProgress(int step) =>
        new(step, 4000, 0.1, TrainingLoss: 0.0125, LearningRate: 1e-4, GradientNorm: 1, SentencesPerSecond: 320, new TimeSpan(1, 2, 0, 3, 999), Evaluation: null, Log: []);

    private DistillationReporter Create(DistillationOptions options) => new(((IHostEnvironment)_mlContext).Register("Test"), "s", options, _time);

    private sealed class FixedEvaluator(string name, SentenceMetrics metrics) : ISentenceEvaluator
    {
        public string Name => name;

        public string PrimaryMetric => metrics.PrimaryMetric;

        public SentenceMetrics Evaluate(IEmbeddingSource source, CancellationToken cancellationToken) => metrics;
    }
}
