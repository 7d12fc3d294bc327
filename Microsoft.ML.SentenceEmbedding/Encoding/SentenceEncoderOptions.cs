namespace Microsoft.ML.SentenceEmbedding;

/// <summary>How a <see cref="SentenceEncoder"/> uses the machine. None of it changes a vector beyond float rounding.</summary>
public sealed class SentenceEncoderOptions
{
    private readonly int _tokenBudget = 512;
    private readonly int _maximumConcurrency = Environment.ProcessorCount;
    private readonly int _intraOpThreads = 1;

    /// <summary>Gets the number of tokens, padding included, that a batch holds at most; a text that is longer makes a batch of its own. The default is 512, where sorted batches of short and of long texts alike are fastest.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int TokenBudget
    {
        get => _tokenBudget;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            _tokenBudget = value;
        }
    }

    /// <summary>Gets the number of batches that one call computes at the same time, each on <see cref="IntraOpThreads"/> threads. The default is the number of processors.</summary>
    /// <remarks>All calls in a process together compute with no more threads at a time than there are processors; further batches wait.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int MaximumConcurrency
    {
        get => _maximumConcurrency;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            _maximumConcurrency = value;
        }
    }

    /// <summary>Gets the number of threads that compute one batch together, the calling one among them. The default is 1.</summary>
    /// <remarks>
    /// More than 1 shortens the wait for a single text, as prediction engines and services with few callers compute it: a sentence of 14 tokens takes about
    /// 6.5 ms with one thread and 4 ms with two. The added threads spin for a moment after each text, and work in bulk is fastest with 1, where each
    /// processor has a batch of its own. Encoders of one model with different numbers have a native session each, with its own copy of the weights.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int IntraOpThreads
    {
        get => _intraOpThreads;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            _intraOpThreads = value;
        }
    }
}
