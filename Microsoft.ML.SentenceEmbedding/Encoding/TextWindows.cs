namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Texts and the sequences they are computed as: one each, or the windows of a long one, whose vectors are averaged once all are there.</summary>
/// <remarks>Texts are added by one thread; vectors may then be received by several at the same time.</remarks>
internal sealed class TextWindows(SentenceModel model, TokenSequences sequences)
{
    // The smallest length that a vector is divided by, as in the model's own normalization.
    private const double SmallestLength = 1e-12;

    // The text of each sequence.
    private readonly List<int> _texts = [];
    private readonly Dictionary<int, LongText> _longTexts = [];

    /// <summary>Gets the number of texts.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the texts' sequences.</summary>
    public TokenSequences Sequences => sequences;

    /// <summary>Adds a text.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        int first = sequences.Count;
        int windows = sequences.AddText(text);
        for (int i = 0; i < windows; i++)
        {
            _texts.Add(Count);
        }

        if (windows > 1)
        {
            _longTexts.Add(Count, new LongText(first, windows, new float[checked(windows * model.Dimensions)]));
        }

        Count++;
    }

    /// <summary>Forgets the texts and keeps the buffers.</summary>
    public void Clear()
    {
        sequences.Clear();
        _texts.Clear();
        _longTexts.Clear();
        Count = 0;
    }

    /// <summary>Takes the vector of a sequence, and tells whether its text's vector is written with it.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="vector">Its vector.</param>
    /// <param name="destination">Gives the place of a text's vector.</param>
    public bool Receive(int sequence, ReadOnlySpan<float> vector, Func<int, Memory<float>> destination)
    {
        int text = _texts[sequence];
        if (!_longTexts.TryGetValue(text, out LongText? longText))
        {
            vector.CopyTo(destination(text).Span);
            return true;
        }

        vector.CopyTo(longText.GetVector(sequence, model.Dimensions));
        if (!longText.CountDown())
        {
            return false;
        }

        Average(longText, destination(text).Span);
        return true;
    }

    // In the windows' order and in double precision: which thread came last does not change a bit.
    private void Average(LongText text, Span<float> destination)
    {
        double[] sums = new double[model.Dimensions];
        double tokens = 0;
        for (int sequence = text.First; sequence < text.First + text.Windows; sequence++)
        {
            int weight = sequences.OwnTokens(sequence);
            Span<float> vector = text.GetVector(sequence, sums.Length);
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += weight * (double)vector[i];
            }

            tokens += weight;
        }

        double divisor = tokens;
        if (model.IsNormalized)
        {
            divisor = Math.Max(Math.Sqrt(sums.Sum(x => x * x)), SmallestLength * tokens);
        }

        for (int i = 0; i < sums.Length; i++)
        {
            destination[i] = (float)(sums[i] / divisor);
        }
    }

    /// <summary>A text of several windows.</summary>
    /// <param name="First">The sequence of the first window.</param>
    /// <param name="Windows">The number of windows.</param>
    /// <param name="Vectors">The windows' vectors, one behind the other.</param>
    private sealed record LongText(int First, int Windows, float[] Vectors)
    {
        private int _left = Windows;

        public Span<float> GetVector(int sequence, int dimensions) => Vectors.AsSpan((sequence - First) * dimensions, dimensions);

        /// <summary>Counts a window that is there, and tells whether it is the last one.</summary>
        public bool CountDown() => Interlocked.Decrement(ref _left) == 0;
    }
}
