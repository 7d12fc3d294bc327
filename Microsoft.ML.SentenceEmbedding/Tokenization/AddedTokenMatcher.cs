using System.Buffers;
using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Finds added tokens in a text as Hugging Face does: from the left, the longest where several start at one place.</summary>
internal sealed class AddedTokenMatcher
{
    // Sorted by their UTF-16 units, so that those with a common beginning are neighbors and the shortest comes first.
    private readonly Pattern[] _patterns;
    private readonly SearchValues<char> _firstCharacters;

    private AddedTokenMatcher(Pattern[] patterns)
    {
        _patterns = patterns;
        _firstCharacters = SearchValues.Create([.. patterns.Select(pattern => pattern.Text[0]).Distinct()]);
    }

    /// <summary>Makes a matcher, or null where there is nothing to look for.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="textOf">Gives what stands for a token in the text; one that is empty is never found, and of equal ones the first counts.</param>
    public static AddedTokenMatcher? Create(IEnumerable<NumberedToken> tokens, Func<AddedToken, string> textOf)
    {
        Pattern[] patterns = [.. tokens.Select(token => new Pattern(textOf(token.Token), token)).Where(pattern => pattern.Text.Length > 0)
            .DistinctBy(pattern => pattern.Text).OrderBy(pattern => pattern.Text, StringComparer.Ordinal)];
        return patterns.Length == 0 ? null : new AddedTokenMatcher(patterns);
    }

    /// <summary>Finds the next token at or after <paramref name="position"/>, which moves behind it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="position">Where the search goes on.</param>
    /// <param name="taken">The end of the token found before: white space to the left of it is no longer there to be stripped.</param>
    /// <param name="id">The token's id.</param>
    /// <param name="range">The token's place, white space that it strips included.</param>
    public bool TryFind(ReadOnlySpan<char> text, ref int position, int taken, out int id, out TextRange range)
    {
        while (position < text.Length)
        {
            int candidate = text[position..].IndexOfAny(_firstCharacters);
            if (candidate < 0)
            {
                break;
            }

            int start = position + candidate;
            int end = LongestEnd(text, start, out NumberedToken? found);
            position = end < 0 ? start + 1 : end;
            if (found is not null && (!found.Token.IsSingleWord || (!EndsWithWord(text[..start]) && !StartsWithWord(text[end..]))))
            {
                while (found.Token.StripsLeft && start > taken && IsWhiteSpace(text[start - 1]))
                {
                    start--;
                }

                while (found.Token.StripsRight && end < text.Length && IsWhiteSpace(text[end]))
                {
                    end++;
                }

                id = found.Id;
                range = new TextRange(Math.Max(start, taken), end);
                return true;
            }
        }

        position = text.Length;
        id = 0;
        range = default;
        return false;
    }

    private static bool IsWhiteSpace(char c) => (CharacterProperties.Of(c) & CharacterProperties.WhiteSpace) != 0;

    private static bool StartsWithWord(ReadOnlySpan<char> text) => Rune.DecodeFromUtf16(text, out Rune rune, out _) == OperationStatus.Done && WordCharacters.Contains(rune);

    private static bool EndsWithWord(ReadOnlySpan<char> text) => Rune.DecodeLastFromUtf16(text, out Rune rune, out _) == OperationStatus.Done && WordCharacters.Contains(rune);

    /// <summary>Narrows the patterns down, character by character, to those that the text goes on with; -1 if none is there as a whole.</summary>
    private int LongestEnd(ReadOnlySpan<char> text, int start, out NumberedToken? found)
    {
        int end = -1;
        found = null;
        int low = 0;
        int high = _patterns.Length;
        for (int depth = 0; low < high; depth++)
        {
            if (_patterns[low].Text.Length == depth)
            {
                found = _patterns[low].Token;
                end = start + depth;
                low++;
            }

            if (start + depth == text.Length)
            {
                break;
            }

            int next = text[start + depth];
            low = FirstWith(low, high, depth, next);
            high = FirstWith(low, high, depth, next + 1);
        }

        return end;
    }

    private int FirstWith(int low, int high, int depth, int atLeast)
    {
        while (low < high)
        {
            int middle = (low + high) >> 1;
            (low, high) = _patterns[middle].Text[depth] < atLeast ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>What stands for a token in the text.</summary>
    private sealed record Pattern(string Text, NumberedToken Token);
}
