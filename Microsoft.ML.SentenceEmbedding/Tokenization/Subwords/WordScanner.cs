using System.Globalization;
using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Finds the words of a text one after the other.</summary>
internal static class WordScanner
{
    private enum CharacterKind
    {
        WhiteSpace,
        Letter,
        Number,
        Other,
    }

    /// <summary>Finds the next word.</summary>
    /// <param name="splitting">How words are split.</param>
    /// <param name="text">The text.</param>
    /// <param name="hasSpaceInFront">Whether a space that is not there counts as the first character.</param>
    /// <param name="position">Where to go on; moves behind the word.</param>
    /// <param name="start">Where the word begins.</param>
    /// <returns>False at the end of the text.</returns>
    public static bool TryNext(WordSplitting splitting, ReadOnlySpan<char> text, bool hasSpaceInFront, ref int position, out int start)
    {
        start = position;
        if (splitting is WordSplitting.WhiteSpace or WordSplitting.WhiteSpaceAndPunctuation)
        {
            while (start < text.Length && char.IsWhiteSpace(text[start]))
            {
                start++;
            }
        }

        if (start >= text.Length)
        {
            return false;
        }

        position = splitting switch
        {
            WordSplitting.None => text.Length,
            WordSplitting.WhiteSpace => EndOfNonSpaces(text, start),
            WordSplitting.WhiteSpaceAndPunctuation => EndOfWordCharacters(text, start),
            _ => EndOfBytePairWord(text, start, hasSpaceInFront && start == 0),
        };
        return true;
    }

    private static int EndOfNonSpaces(ReadOnlySpan<char> text, int start)
    {
        int end = start;
        while (end < text.Length && !char.IsWhiteSpace(text[end]))
        {
            end++;
        }

        return end;
    }

    /// <summary>\w+|[^\w\s]+</summary>
    private static int EndOfWordCharacters(ReadOnlySpan<char> text, int start)
    {
        bool isWord = IsWordCharacter(text[start..], out int size);
        int end = start + size;
        while (end < text.Length && !char.IsWhiteSpace(text[end]) && IsWordCharacter(text[end..], out size) == isWord)
        {
            end += size;
        }

        return end;
    }

    private static bool IsWordCharacter(ReadOnlySpan<char> text, out int size)
    {
        Rune.DecodeFromUtf16(text, out Rune rune, out size);
        return WordCharacters.Contains(rune);
    }

    /// <summary>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</summary>
    private static int EndOfBytePairWord(ReadOnlySpan<char> text, int start, bool hasSpaceInFront)
    {
        if (!hasSpaceInFront && text[start] == '\'' && ContractionLength(text[(start + 1)..]) is > 0 and int letters)
        {
            return start + 1 + letters;
        }

        int end = !hasSpaceInFront && text[start] == ' ' && start + 1 < text.Length ? start + 1 : start;
        CharacterKind kind = KindOf(text[end..], out int size);
        if (kind == CharacterKind.WhiteSpace)
        {
            return EndOfWhiteSpace(text, start, hasSpaceInFront);
        }

        do
        {
            end += size;
        }
        while (end < text.Length && KindOf(text[end..], out size) == kind);
        return end;
    }

    /// <summary>Leaves the last of several spaces to the word behind them.</summary>
    private static int EndOfWhiteSpace(ReadOnlySpan<char> text, int start, bool hasSpaceInFront)
    {
        int end = start;
        while (end < text.Length && char.IsWhiteSpace(text[end]))
        {
            end++;
        }

        bool isOne = end - start == 1 && !hasSpaceInFront;
        return end == text.Length || isOne ? end : end - 1;
    }

    private static int ContractionLength(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return 0;
        }

        return text[0] is 's' or 't' or 'm' or 'd' ? 1 : text.Length > 1 && text[..2] is "re" or "ve" or "ll" ? 2 : 0;
    }

    private static CharacterKind KindOf(ReadOnlySpan<char> text, out int size)
    {
        char first = text[0];
        size = 1;
        if (char.IsAscii(first))
        {
            return char.IsAsciiLetter(first) ? CharacterKind.Letter
                : char.IsAsciiDigit(first) ? CharacterKind.Number
                : char.IsWhiteSpace(first) ? CharacterKind.WhiteSpace
                : CharacterKind.Other;
        }

        if (char.IsWhiteSpace(first))
        {
            return CharacterKind.WhiteSpace;
        }

        // Half of a pair counts as U+FFFD.
        Rune.DecodeFromUtf16(text, out Rune rune, out size);
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => CharacterKind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CharacterKind.Number,
            _ => CharacterKind.Other,
        };
    }
}
