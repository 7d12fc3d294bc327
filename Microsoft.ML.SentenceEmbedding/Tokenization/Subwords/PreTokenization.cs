namespace Microsoft.ML.SentenceEmbedding;

/// <summary>How a normalized text becomes the words that a <see cref="ISubwordModel"/> spells.</summary>
/// <param name="Splitting">How words are split.</param>
/// <param name="AddsSpaceInFront">Whether a text that does not begin with a space is treated as if it did (ByteLevel's add_prefix_space).</param>
/// <param name="Metaspace">What is done to each of these words, or null.</param>
internal sealed record PreTokenization(WordSplitting Splitting, bool AddsSpaceInFront, Metaspace? Metaspace)
{
    /// <summary>Gets a value indicating whether a word ends before every space between letters, so that a text can be taken apart there.</summary>
    public bool EndsWordsAtSpaces => Splitting != WordSplitting.None || Metaspace is { Splits: true };
}
