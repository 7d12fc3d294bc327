namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Sessions whose runs take several cores, and the path of a single text.</summary>
[TestClass]
public sealed class IntraOpThreadsTests
{
    // Threads add up parts of a sum in another order.
    private const float RoundingTolerance = 1e-6f;

    // A deadlock, not a slow machine: the work takes a second.
    private const int DeadlockMilliseconds = 120_000;

    private static readonly SentenceModel Model = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));
    private static readonly SentenceEncoderOptions AllCores = new() { IntraOpThreads = Environment.ProcessorCount };
    private static readonly string[] Texts = [.. ReferenceEmbeddings.Texts.Take(60)];

    [TestMethod]
    public void One_thread_is_the_default() => Assert.AreEqual(1, new SentenceEncoderOptions().IntraOpThreads);

    [TestMethod]
    [DataRow(0)]
    [DataRow(-1)]
    public void No_threads_are_refused(int threads) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SentenceEncoderOptions { IntraOpThreads = threads });

    [TestMethod]
    [DataRow(2)]
    [DataRow(5)]
    public void Vectors_do_not_depend_on_the_number_of_threads(int threads)
    {
        using var one = new SentenceEncoder(SentenceModel.Default);
        using var several = new SentenceEncoder(SentenceModel.Default, new SentenceEncoderOptions { IntraOpThreads = threads });

        float[][] expected = one.Encode(Texts);
        float[][] actual = several.Encode(Texts);

        Assert.IsLessThanOrEqualTo(RoundingTolerance, expected.Zip(actual, (e, a) => Difference.Largest(e, a)).Max());
        Assert.IsLessThanOrEqualTo(RoundingTolerance, Difference.Largest(one.Encode(Texts[0]), several.Encode(Texts[0])));
    }

    [TestMethod]
    public void Equal_settings_share_a_session_and_others_do_not()
    {
        ModelSession first = ModelSession.Acquire(Model, new ExecutionSettings(3));
        ModelSession second = ModelSession.Acquire(Model, new ExecutionSettings(3));
        ModelSession other = ModelSession.Acquire(Model, new ExecutionSettings(4));

        Assert.AreSame(first, second);
        Assert.AreNotSame(first, other);
        first.Release();
        second.Release();
        Assert.ThrowsExactly<ObjectDisposedException>(first.Enter);
        ModelSession next = ModelSession.Acquire(Model, new ExecutionSettings(3));
        Assert.AreNotSame(first, next);
        next.Release();
        other.Enter();
        other.Release();
        other.Release();
    }

    [TestMethod]
    [Timeout(DeadlockMilliseconds)]
    public void Runs_of_one_core_and_of_all_cores_do_not_block_each_other()
    {
        using var narrow = new SentenceEncoder(Model);
        using var wide = new SentenceEncoder(Model, AllCores);
        float[][] expected = narrow.Encode(Texts);
        float[] differences = new float[600];

        Parallel.For(0, differences.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            differences[i] = Difference.Largest((i % 2 == 0 ? narrow : wide).Encode(Texts[i % Texts.Length]), expected[i % Texts.Length]));

        Assert.IsLessThanOrEqualTo(RoundingTolerance, differences.Max());
    }

    [TestMethod]
    [Timeout(DeadlockMilliseconds)]
    public void Canceled_waits_give_back_the_cores_they_had()
    {
        using var narrow = new SentenceEncoder(Model);
        using var wide = new SentenceEncoder(Model, AllCores);
        using var stop = new CancellationTokenSource();
        string[] many = [.. Enumerable.Repeat(Texts, 20).SelectMany(texts => texts)];
        Task load = Task.Factory.StartNew(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    narrow.Encode(many);
                }
            },
            TaskCreationOptions.LongRunning);

        int canceled = 0;
        for (int i = 0; i < 100; i++)
        {
            using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(i % 4));
            try
            {
                wide.Encode(many, progress: null, source.Token);
            }
            catch (OperationCanceledException)
            {
                canceled++;
            }
        }

        stop.Cancel();
        load.Wait();

        // A core that was lost would be waited for here.
        Assert.HasCount(Texts.Length, wide.Encode(Texts));
        Assert.IsGreaterThan(0, canceled);
    }

    [TestMethod]
    public void A_single_text_allocates_little()
    {
        using var encoder = new SentenceEncoder(Model);
        float[] vector = new float[encoder.Dimensions];
        foreach (string text in Texts)
        {
            encoder.Encode(text, vector);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (string text in Texts)
        {
            encoder.Encode(text, vector);
        }

        // The handles of three native values, and what ONNX Runtime's Run makes of their names: 0.8 KB, whatever the text's length.
        Assert.IsLessThan(1000, (GC.GetAllocatedBytesForCurrentThread() - before) / Texts.Length);
    }
}
