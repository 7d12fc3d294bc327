using Microsoft.ML.Runtime;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class PassReporterTests
{
    private readonly MLContext _mlContext = new();
    private readonly ManualTime _time = new();
    private readonly List<string> _messages = [];

    public PassReporterTests() => _mlContext.Log += (_, message) =>
    {
        if (message.Kind == ChannelMessageKind.Info)
        {
            _messages.Add(message.Message);
        }
    };

    [TestMethod]
    public void Messages_come_after_some_seconds_then_every_few_and_at_the_end()
    {
        using (PassReporter reporter = Create())
        {
            reporter.BeginWindow();
            for (int second = 0; second < 20; second++)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                reporter.AddRows(1000);
            }
        }

        Assert.AreEqual(5, _messages.Count, string.Join(Environment.NewLine, _messages));
        StringAssert.Contains(_messages[0], "Embedding with m: 3,000 rows, 1,000 rows/s.");
        StringAssert.Contains(_messages[1], "Embedding with m: 8,000 rows");
        StringAssert.Contains(_messages[4], "Embedding with m: 20,000 rows in 20.0 s, 1,000 rows/s");
    }

    [TestMethod]
    public void Short_passes_and_passes_that_compute_nothing_are_quiet()
    {
        using (Create())
        {
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        using (PassReporter reporter = Create())
        {
            reporter.BeginWindow();
            reporter.AddRows(5);
        }

        Assert.AreEqual(0, _messages.Count);
    }

    [TestMethod]
    public void Remembered_rows_are_told()
    {
        using (PassReporter reporter = Create())
        {
            reporter.BeginWindow();
            reporter.AddRemembered(7);
            reporter.AddRows(3);
            _time.Advance(TimeSpan.FromSeconds(2));
        }

        StringAssert.EndsWith(_messages.Single(), "10 rows in 2.0 s, 5 rows/s; 7 of them were known from before.");
    }

    [TestMethod]
    [DataRow(0, false, DisplayName = "first pass")]
    [DataRow(7, true, DisplayName = "later pass")]
    public void A_memo_that_is_too_small_is_told_when_that_costs_something(int remembered, bool isTold)
    {
        using (PassReporter reporter = Create())
        {
            reporter.BeginWindow();
            reporter.AddRemembered(remembered);
            reporter.NoteSmallMemo();
            _time.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.AreEqual(isTold, _messages.Single().Contains("MaxCachedTexts is too small", StringComparison.Ordinal));
    }

    [TestMethod]
    public void Several_cursors_are_one_pass()
    {
        PassReporter reporter = Create(cursors: 2);
        reporter.BeginWindow();
        _time.Advance(TimeSpan.FromSeconds(2));
        reporter.Dispose();
        Assert.AreEqual(0, _messages.Count);

        reporter.Dispose();

        Assert.AreEqual(1, _messages.Count);
    }

    [TestMethod]
    public void An_encoders_progress_is_counted_once_even_out_of_order()
    {
        using (PassReporter reporter = Create())
        {
            reporter.BeginWindow();
            IProgress<EncodingProgress> progress = reporter.CreateProgress();
            foreach (int done in new[] { 10, 30, 20, 40 })
            {
                progress.Report(new EncodingProgress(done, 40));
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        StringAssert.Contains(_messages.Single(), ": 40 rows");
    }

    [TestMethod]
    public void Cancellation_during_the_pass_stops_it()
    {
        using PassReporter reporter = Create();
        reporter.BeginWindow();
        Cancellation.Cancel(_mlContext);

        reporter.AddRows(1);

        Assert.IsTrue(reporter.CancellationToken.IsCancellationRequested);
        Assert.ThrowsExactly<OperationCanceledException>(reporter.BeginWindow);
    }

    [TestMethod]
    public void Cancellation_before_the_pass_does_not_count()
    {
        IHost host = ((IHostEnvironment)_mlContext).Register("Test");
        Cancellation.Cancel(_mlContext);
        using var reporter = new PassReporter(host, "Embedding", cursors: 1, _time);

        reporter.BeginWindow();
        reporter.AddRows(1);

        Assert.IsFalse(reporter.CancellationToken.IsCancellationRequested);
    }

    private PassReporter Create(int cursors = 1) => new(((IHostEnvironment)_mlContext).Register("Test"), "Embedding with m", cursors, _time);
}
