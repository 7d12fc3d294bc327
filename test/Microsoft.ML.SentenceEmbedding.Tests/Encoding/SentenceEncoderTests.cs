namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class SentenceEncoderTests
{
    // What the order of float32 sums may change: the bound for a text alone against the same text in a batch.
    private const float RoundingTolerance = 1e-6f;

    private static readonly string[] Sentences = [.. ReferenceEmbeddings.Texts.Take(120)];

    private static SentenceEncoder _encoder = null!;

    [ClassInitialize]
    public static void CreateEncoder(TestContext context)
    {
        _ = context;
        _encoder = new SentenceEncoder(SentenceModel.Default);
    }

    [ClassCleanup]
    public static void DisposeEncoder() => _encoder.Dispose();

    [TestMethod]
    public void The_default_model_gives_vectors_of_length_one()
    {
        float[] vector = _encoder.Encode("A sentence.");

        Assert.HasCount(384, vector);
        Assert.AreEqual(1, Math.Sqrt(vector.Sum(x => (double)x * x)), 1e-5);
    }

    [TestMethod]
    public void A_text_alone_and_in_a_batch_has_the_same_vector()
    {
        float[][] together = _encoder.Encode(ReferenceEmbeddings.Texts);

        float largest = 0;
        for (int i = 0; i < together.Length; i++)
        {
            largest = Math.Max(largest, Difference.Largest(together[i], _encoder.Encode(ReferenceEmbeddings.Texts[i])));
        }

        ParityReport.Add($"all-MiniLM-L6-v2, alone against in a batch: {together.Length} texts, largest difference {largest:g2}");
        Assert.IsLessThanOrEqualTo(RoundingTolerance, largest);
    }

    [TestMethod]
    public void Every_overload_gives_the_same_vectors()
    {
        float[][] lists = _encoder.Encode(Sentences);
        float[] flat = new float[Sentences.Length * _encoder.Dimensions];
        _encoder.Encode([.. Sentences.Select(text => text.AsMemory())], flat);
        float[] one = new float[_encoder.Dimensions];
        _encoder.Encode(Sentences[7].AsSpan(), one);

        CollectionAssert.AreEqual(lists.SelectMany(vector => vector).ToArray(), flat);
        Assert.IsLessThanOrEqualTo(RoundingTolerance, Difference.Largest(one, lists[7]));
    }

    [TestMethod]
    public void Options_do_not_change_vectors()
    {
        using var other = new SentenceEncoder(SentenceModel.Default, new SentenceEncoderOptions { TokenBudget = 64, MaximumConcurrency = 1 });

        float[][] expected = _encoder.Encode(Sentences);
        float[][] actual = other.Encode(Sentences);

        Assert.IsLessThanOrEqualTo(RoundingTolerance, actual.Zip(expected, (a, e) => Difference.Largest(a, e)).Max());
    }

    [TestMethod]
    public void Options_out_of_range_are_refused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SentenceEncoderOptions { TokenBudget = 0 });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SentenceEncoderOptions { MaximumConcurrency = -1 });
    }

    [TestMethod]
    public void No_texts_give_no_vectors() => Assert.IsEmpty(_encoder.Encode([]));

    [TestMethod]
    public void Null_texts_are_refused_by_their_index()
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => _encoder.Encode(["a", null!]));

        StringAssert.Contains(exception.Message, "index 1");
    }

    [TestMethod]
    public void A_short_destination_is_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => _encoder.Encode("text".AsSpan(), new float[383]));
        Assert.ThrowsExactly<ArgumentException>(() => _encoder.Encode(["a".AsMemory(), "b".AsMemory()], new float[700]));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(" \t\r\n")]
    [DataRow("\ud800 lone \udc00")]
    [DataRow("\0")]
    public void Odd_texts_have_finite_vectors(string text) => Assert.IsTrue(Array.TrueForAll(_encoder.Encode(text), float.IsFinite));

    [TestMethod]
    public void Ten_megabytes_of_text_are_truncated()
    {
        string start = string.Concat(Enumerable.Repeat("many words ", 200));
        string text = start + new string('x', 10_000_000);

        Assert.IsLessThanOrEqualTo(RoundingTolerance, Difference.Largest(_encoder.Encode(text), _encoder.Encode(start)));
    }

    [TestMethod]
    public void Progress_counts_every_text()
    {
        var reports = new List<EncodingProgress>();

        _encoder.Encode(Sentences, new Recorder(reports), CancellationToken.None);

        Assert.AreEqual(Sentences.Length, reports.Max(report => report.Done));
        Assert.IsTrue(reports.TrueForAll(report => report.Total == Sentences.Length));
        Assert.HasCount(reports.Count, reports.Select(report => report.Done).Distinct().ToArray());
    }

    [TestMethod]
    public void Cancellation_stops_between_batches()
    {
        using var source = new CancellationTokenSource();
        var reports = new List<EncodingProgress>();
        string[] many = [.. Enumerable.Repeat(Sentences, 20).SelectMany(texts => texts)];

        // Two batches at a time, so that the first report comes when most of the work is still to do, however many processors there are.
        using var encoder = new SentenceEncoder(SentenceModel.Default, new SentenceEncoderOptions { MaximumConcurrency = 2 });
        Assert.ThrowsExactly<OperationCanceledException>(() => encoder.Encode(many, new Recorder(reports, source.Cancel), source.Token));

        Assert.IsLessThan(many.Length / 2, reports.Max(report => report.Done));
    }

    [TestMethod]
    public void Many_threads_share_one_encoder()
    {
        float[][] expected = _encoder.Encode(Sentences);
        float largest = 0;
        object gate = new();

        Parallel.For(0, 8 * Sentences.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            float difference = Difference.Largest(_encoder.Encode(Sentences[i % Sentences.Length]), expected[i % Sentences.Length]);
            lock (gate)
            {
                largest = Math.Max(largest, difference);
            }
        });

        Assert.IsLessThanOrEqualTo(RoundingTolerance, largest);
    }

    [TestMethod]
    public void A_disposed_encoder_refuses_work_and_leaves_the_others_alone()
    {
        var other = new SentenceEncoder(SentenceModel.Default);
        other.Dispose();
        other.Dispose();

        Assert.ThrowsExactly<ObjectDisposedException>(() => other.Encode("text"));
        Assert.HasCount(384, _encoder.Encode("text"));
    }

    [TestMethod]
    public void Disposing_under_running_calls_ends_them_well()
    {
        var encoder = new SentenceEncoder(SentenceModel.Load(TinyModels.Directory("bert-mean-normalize")));
        using var started = new CountdownEvent(4);
        var calls = Enumerable.Range(0, started.InitialCount).Select(_ => Task.Factory.StartNew(
            () =>
            {
                Assert.HasCount(encoder.Dimensions, encoder.Encode(Sentences[0]));
                started.Signal();

                // Ends by the exception of the first call that begins after the disposal; the one that is under way gives its vector.
                while (true)
                {
                    Assert.HasCount(encoder.Dimensions, encoder.Encode(Sentences[1]));
                }
            },
            TaskCreationOptions.LongRunning)).ToArray();

        started.Wait();
        encoder.Dispose();

        var exception = Assert.ThrowsExactly<AggregateException>(() => Task.WaitAll(calls));
        Assert.HasCount(calls.Length, exception.InnerExceptions);
        Assert.IsTrue(exception.InnerExceptions.All(inner => inner is ObjectDisposedException), exception.ToString());
    }

    [TestMethod]
    public void A_process_that_ends_while_others_compute_ends_quietly()
        => Assert.AreEqual("", ChildProcess.Run(nameof(ExitWhileEncodingProgram), "A text of some words that takes a moment."));

    [TestMethod]
    public void A_call_at_the_end_of_the_process_is_refused_and_does_not_wait()
        => Assert.AreEqual(nameof(InvalidOperationException), ChildProcess.Run(nameof(EncodeAtExitProgram), "text"));

    [TestMethod]
    public void The_stages_give_what_the_fused_call_gives()
    {
        int[][] ids = _encoder.Tokenize([.. Sentences.Select(text => text.AsMemory())]);
        float[][] tokens = _encoder.ScoreTokens([.. ids.Select(sequence => new ReadOnlyMemory<int>(sequence))], CancellationToken.None);
        float[] pooled = new float[Sentences.Length * _encoder.Dimensions];
        _encoder.PoolTokens([.. tokens.Select(vectors => new ReadOnlyMemory<float>(vectors))], pooled, CancellationToken.None);

        float[] fused = [.. _encoder.Encode(Sentences).SelectMany(vector => vector)];

        Assert.IsTrue(ids.Zip(tokens).All(pair => pair.Second.Length == pair.First.Length * SentenceModel.Default.TokenDimensions));
        Assert.IsLessThanOrEqualTo(RoundingTolerance, Difference.Largest(pooled, fused));
    }

    [TestMethod]
    public void Token_ids_that_the_model_does_not_know_are_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => _encoder.ScoreTokens([new[] { 101, 30522, 102 }], CancellationToken.None));
        Assert.ThrowsExactly<ArgumentException>(() => _encoder.ScoreTokens([new[] { -1 }], CancellationToken.None));
        Assert.ThrowsExactly<ArgumentException>(() => _encoder.ScoreTokens([Array.Empty<int>()], CancellationToken.None));
        Assert.ThrowsExactly<ArgumentException>(() => _encoder.ScoreTokens([new int[513]], CancellationToken.None));
    }

    private sealed class Recorder(List<EncodingProgress> reports, Action? reported = null) : IProgress<EncodingProgress>
    {
        public void Report(EncodingProgress value)
        {
            lock (reports)
            {
                reports.Add(value);
            }

            reported?.Invoke();
        }
    }
}
