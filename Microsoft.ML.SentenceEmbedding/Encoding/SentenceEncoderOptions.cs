namespace Microsoft.ML.SentenceEmbedding;

/// <summary>How a <see cref="SentenceEncoder"/> uses the machine. None of it changes a vector beyond float rounding.</summary>
public sealed class SentenceEncoderOptions
{
    private readonly int _tokenBudget = 512;
    private readonly int _maximumConcurrency = Environment.ProcessorCount;

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

    /// <summary>Gets the number of batches that one call computes at the same time, each on one thread. The default is the number of processors.</summary>
    /// <remarks>All calls in a process together compute no more batches at a time than there are processors; further ones wait.</remarks>
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
}
