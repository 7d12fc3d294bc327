namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Text to token ids without allocation; what every tokenizer of this library is to <see cref="SentenceTokenizer"/>.</summary>
internal interface ISpanTokenizer
{
    /// <summary>Writes the text's first ids, as many as the destination holds, and returns how many were written.</summary>
    public int EncodeToIds(ReadOnlySpan<char> text, Span<int> destination);

    /// <summary>Counts the text's tokens, up to <paramref name="maximum"/>.</summary>
    public int CountTokens(ReadOnlySpan<char> text, int maximum);
}
