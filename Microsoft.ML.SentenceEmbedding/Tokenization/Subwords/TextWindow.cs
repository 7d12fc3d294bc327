namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Cuts a long text into parts that can be normalized and split into words one after the other, so that a full destination ends the work.</summary>
/// <remarks>
/// The cut is in front of a space between two letters or digits: neither normalization forms nor grapheme clusters join anything across
/// it, and a word always ends there. Scripts whose letters combine with what precedes them are left out.
/// </remarks>
internal static class TextWindow
{
    // Long enough that the work per window does not count, short enough for a model's usual 128 to 512 tokens.
    private const int Length = 2048;

    /// <summary>Gets the length of the first part, or of the whole text where it is short or has no place to cut.</summary>
    public static int FirstLength(ReadOnlySpan<char> text)
    {
        for (int i = Length; i < text.Length - 1; i++)
        {
            if (text[i] == ' ' && IsPlain(text[i - 1]) && IsPlain(text[i + 1]))
            {
                return i;
            }
        }

        return text.Length;
    }

    /// <summary>Gets a value indicating whether a pattern could be found across a cut.</summary>
    public static bool CanBeCut(string pattern)
    {
        for (int i = 1; i < pattern.Length; i++)
        {
            // A Replace may have made the spaces this mark.
            if (pattern[i] is ' ' or '\u2581' && IsPlain(pattern[i - 1]))
            {
                return true;
            }
        }

        return false;
    }

    // Latin to Hebrew, and the ideographs to Hangul.
    private static bool IsPlain(char c) => c is < '\u0600' or (>= '\u4E00' and <= '\uD7A3') && char.IsLetterOrDigit(c);
}
