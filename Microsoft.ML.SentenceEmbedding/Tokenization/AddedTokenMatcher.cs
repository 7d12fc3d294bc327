using System.Buffers;
using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Finds added tokens in a text as Hugging Face does: from the left, the longest where several start at one place.</summary>
internal sealed class AddedTokenMatcher
{
    // Sorted by their UTF-16 units, so that those with a common beginning are neighbors and the shortest comes first.
    private readonly (string Pattern, AddedToken Token, int Id)[] _patterns;
    private readonly SearchValues<char> _firstCharacters;

    /// <summary>Initializes a new instance of the <see cref="AddedTokenMatcher"/> class from what to look for; none of the patterns is empty, and of equal ones the first counts.</summary>
    public AddedTokenMatcher(IEnumerable<(string Pattern, AddedToken Token, int Id)> patterns)
    {
        _patterns = [.. patterns.DistinctBy(pattern => pattern.Pattern).OrderBy(pattern => pattern.Pattern, StringComparer.Ordinal)];
        _firstCharacters = SearchValues.Create([.. _patterns.Select(pattern => pattern.Pattern[0]).Distinct()]);
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
            int end = LongestEnd(text, start, out (AddedToken Token, int Id) found);
            position = end < 0 ? start + 1 : end;
            if (end >= 0 && (!found.Token.IsSingleWord || (!EndsWithWord(text[..start]) && !StartsWithWord(text[end..]))))
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
    private int LongestEnd(ReadOnlySpan<char> text, int start, out (AddedToken Token, int Id) found)
    {
        int end = -1;
        found = default;
        int low = 0;
        int high = _patterns.Length;
        for (int depth = 0; low < high; depth++)
        {
            if (_patterns[low].Pattern.Length == depth)
            {
                found = (_patterns[low].Token, _patterns[low].Id);
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
            (low, high) = _patterns[middle].Pattern[depth] < atLeast ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
