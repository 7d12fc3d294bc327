namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The batches of one pass over the texts: in random order, of texts of similar length.</summary>
/// <remarks>A function of seed and epoch alone. Texts are shuffled, sorted by length within windows of many batches, cut into batches, and the batches are shuffled: similar lengths save attention's padding.</remarks>
internal sealed class EpochPlan
{
    // Long enough for batches of nearly one length, short enough that every batch is drawn from all lengths.
    private const int WindowBatches = 50;

    private readonly int[] _order;
    private readonly int[] _batches;
    private readonly int _batchSize;

    /// <summary>Plans an epoch.</summary>
    /// <param name="rows">The texts to be used.</param>
    /// <param name="length">Gives a text's length.</param>
    /// <param name="batchSize">The number of texts of a batch; one batch of an epoch may have fewer.</param>
    /// <param name="seed">The training's seed.</param>
    /// <param name="epoch">The epoch's number.</param>
    public EpochPlan(ReadOnlySpan<int> rows, Func<int, int> length, int batchSize, int seed, int epoch)
    {
        _batchSize = batchSize;
        _order = rows.ToArray();
        var random = new RandomBits(seed, epoch);
        random.Shuffle(_order);

        int window = (int)Math.Min((long)WindowBatches * batchSize, Math.Max(1, _order.Length));
        int[] keys = Array.ConvertAll(_order, row => length(row));
        for (int start = 0; start < _order.Length; start += window)
        {
            int count = Math.Min(window, _order.Length - start);
            keys.AsSpan(start, count).Sort(_order.AsSpan(start, count));
        }

        _batches = new int[Parts(_order.Length, batchSize)];
        for (int i = 0; i < _batches.Length; i++)
        {
            _batches[i] = i;
        }

        random.Shuffle(_batches);
    }

    /// <summary>Gets the number of batches.</summary>
    public int Count => _batches.Length;

    /// <summary>Gives the number of parts of at most a size, for any sizes: rounded up without a sum that may be too large.</summary>
    public static int Parts(int count, int size) => count / size + (count % size > 0 ? 1 : 0);

    /// <summary>Gets the texts of a batch, the shortest first.</summary>
    public ReadOnlyMemory<int> this[int index]
    {
        get
        {
            int start = _batches[index] * _batchSize;
            return _order.AsMemory(start, Math.Min(_batchSize, _order.Length - start));
        }
    }
}
