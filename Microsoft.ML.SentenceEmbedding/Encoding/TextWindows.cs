namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Texts and the sequences they are computed as: one each, or the windows of a long one, whose vectors are averaged once all are there.</summary>
/// <remarks>Texts are added by one thread; vectors may then be received by several at the same time.</remarks>
/// <param name="model">The model.</param>
/// <param name="settings">What is made of a text's vector, after the average.</param>
/// <param name="sequences">The texts' sequences.</param>
internal sealed class TextWindows(SentenceModel model, EmbeddingSettings settings, TokenSequences sequences)
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
            _longTexts.Add(Count, new LongText(first, windows, new float[checked(windows * model.UntruncatedDimensions)]));
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
    /// <param name="vector">What the last module gave for it.</param>
    /// <param name="destination">Gives the place of a text's vector.</param>
    public bool Receive(int sequence, ReadOnlySpan<float> vector, Func<int, Memory<float>> destination)
    {
        int text = _texts[sequence];
        if (!_longTexts.TryGetValue(text, out LongText? longText))
        {
            settings.Apply(vector, destination(text).Span);
            return true;
        }

        vector.CopyTo(longText.GetVector(sequence, model.UntruncatedDimensions));
        if (!longText.CountDown())
        {
            return false;
        }

        settings.Apply(Average(longText), destination(text).Span);
        return true;
    }

    // In the windows' order and in double precision: which thread came last does not change a bit. The average takes the first window's place.
    private Span<float> Average(LongText text)
    {
        double[] sums = new double[model.UntruncatedDimensions];
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
        if (model.EndsInNormalization)
        {
            divisor = Math.Max(Math.Sqrt(sums.Sum(x => x * x)), SmallestLength * tokens);
        }

        Span<float> average = text.GetVector(text.First, sums.Length);
        for (int i = 0; i < sums.Length; i++)
        {
            average[i] = (float)(sums[i] / divisor);
        }

        return average;
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
