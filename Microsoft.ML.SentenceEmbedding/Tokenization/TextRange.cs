namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A place in the original text: UTF-16 positions, the end excluded.</summary>
internal readonly record struct TextRange(int Start, int End)
{
    /// <summary>Gives the stretch from the first to the last character of two places, which normalization may have put in another order.</summary>
    public TextRange Union(TextRange other) => new(Math.Min(Start, other.Start), Math.Max(End, other.End));
}
