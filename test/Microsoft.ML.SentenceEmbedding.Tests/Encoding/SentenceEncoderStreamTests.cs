using System.Runtime.CompilerServices;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class SentenceEncoderStreamTests
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
    public async Task A_stream_gives_its_vectors_in_order()
    {
        float[][] expected = _encoder.Encode(Sentences);

        int index = 0;
        await foreach (float[] vector in _encoder.EncodeAsync(Stream(Sentences)))
        {
            Assert.IsLessThanOrEqualTo(RoundingTolerance, Difference.Largest(vector, expected[index++]));
        }

        Assert.AreEqual(Sentences.Length, index);

        static async IAsyncEnumerable<string> Stream(string[] texts)
        {
            foreach (string text in texts)
            {
                if (text.Length % 3 == 0)
                {
                    await Task.Yield();
                }

                yield return text;
            }
        }
    }

    [TestMethod]
    public async Task A_stream_gives_the_vector_of_a_text_before_the_next_text_comes()
    {
        var received = new TaskCompletionSource();

        await foreach (float[] vector in _encoder.EncodeAsync(Stream(received.Task)))
        {
            Assert.HasCount(_encoder.Dimensions, vector);
            received.TrySetResult();
        }

        static async IAsyncEnumerable<string> Stream(Task firstVectorReceived)
        {
            yield return "first";
            await firstVectorReceived;
            yield return "second";
        }
    }

    [TestMethod]
    public async Task Leaving_a_slow_stream_early_ends_well()
    {
        var stream = new EndlessStream();

        await foreach (float[] vector in _encoder.EncodeAsync(stream.Texts()))
        {
            Assert.HasCount(_encoder.Dimensions, vector);
            break;
        }

        Assert.IsTrue(stream.IsDisposed);
    }

    [TestMethod]
    public async Task Canceling_a_slow_stream_is_what_the_caller_sees()
    {
        var stream = new EndlessStream();
        using var source = new CancellationTokenSource();

        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            await foreach (float[] vector in _encoder.EncodeAsync(stream.Texts(), source.Token))
            {
                await source.CancelAsync();
            }
        });

        Assert.IsTrue(stream.IsDisposed);
    }

    [TestMethod]
    public async Task A_null_text_is_refused_by_its_index_in_the_stream()
    {
        var stream = new EndlessStream(["a", "b", "c", null!]);

        var exception = await Assert.ThrowsExactlyAsync<ArgumentException>(async () =>
        {
            await foreach (float[] vector in _encoder.EncodeAsync(stream.Texts()))
            {
                Assert.HasCount(_encoder.Dimensions, vector);
            }
        });

        StringAssert.Contains(exception.Message, "index 3");
        Assert.IsTrue(stream.IsDisposed);
    }

    [TestMethod]
    public async Task A_streams_own_error_is_what_the_caller_sees()
    {
        int vectors = 0;

        await Assert.ThrowsExactlyAsync<TimeoutException>(async () =>
        {
            await foreach (float[] vector in _encoder.EncodeAsync(Failing()))
            {
                vectors++;
            }
        });

        Assert.AreEqual(1, vectors);

        static async IAsyncEnumerable<string> Failing()
        {
            yield return "first";
            await Task.Yield();
            throw new TimeoutException();
        }
    }

    /// <summary>Gives some texts and then waits until it is canceled, as a stream of messages does.</summary>
    private sealed class EndlessStream(params string[] texts)
    {
        public EndlessStream()
            : this("first")
        {
        }

        public bool IsDisposed { get; private set; }

        public async IAsyncEnumerable<string> Texts([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            try
            {
                foreach (string text in texts)
                {
                    yield return text;
                }

                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                IsDisposed = true;
            }
        }
    }
}
