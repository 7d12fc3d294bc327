namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Text to token ids, without allocation where no places are asked for; what every tokenizer of this library is to <see cref="SentenceTokenizer"/>.</summary>
internal interface ISpanTokenizer
{
    /// <summary>Writes the text's first ids, as many as the destination holds, and returns how many were written.</summary>
    public int EncodeToIds(ReadOnlySpan<char> text, Span<int> destination);

    /// <summary>Counts the text's tokens, up to <paramref name="maximum"/>.</summary>
    public int CountTokens(ReadOnlySpan<char> text, int maximum);

    /// <summary>Gives the text's first tokens, up to <paramref name="maximum"/>, with their places in it.</summary>
    public List<(int Id, TextRange Range)> EncodeWithPlaces(ReadOnlySpan<char> text, int maximum);

    /// <summary>Gets the token of an id that the tokenizer gave.</summary>
    public string TokenOf(int id);
}
