namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Marks spaces with a character that stays in the words.</summary>
/// <param name="Replacement">The mark, usually U+2581.</param>
/// <param name="Scheme">Where the mark is put in front of a word without a space before it.</param>
/// <param name="Splits">Whether a word ends before each mark.</param>
internal sealed record Metaspace(char Replacement, PrependScheme Scheme, bool Splits);
