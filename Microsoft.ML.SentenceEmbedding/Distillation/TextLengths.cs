namespace Microsoft.ML.SentenceEmbedding;

/// <summary>How long the texts of a training are, in tokens with the special ones.</summary>
/// <param name="Minimum">The shortest text's length.</param>
/// <param name="Mean">The mean length.</param>
/// <param name="Maximum">The longest text's length.</param>
internal readonly record struct TextLengths(int Minimum, double Mean, int Maximum)
{
    /// <summary>Measures the texts of a set that is not empty.</summary>
    public static TextLengths Of(TrainingSet examples)
    {
        int minimum = int.MaxValue;
        int maximum = 0;
        for (int row = 0; row < examples.Count; row++)
        {
            int length = examples.Ids(row).Length;
            minimum = Math.Min(minimum, length);
            maximum = Math.Max(maximum, length);
        }

        return new TextLengths(minimum, (double)examples.TotalTokens / examples.Count, maximum);
    }
}
