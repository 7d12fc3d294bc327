using System.Globalization;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Extended grapheme clusters: what a reader takes for one character.</summary>
internal static class GraphemeClusters
{
    /// <summary>Gets the length of the first cluster of a text that is not empty.</summary>
    public static int FirstLength(ReadOnlySpan<char> text) =>
        text.Length == 1 || (char.IsAscii(text[0]) && char.IsAscii(text[1]) && text[0] != '\r') ? 1 : StringInfo.GetNextTextElementLength(text);
}
