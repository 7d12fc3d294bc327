namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Cuts a text between tokens, which may be inside a word, but never inside a character: where one character gives several tokens, all or none of them count.</summary>
internal static class TokenCuts
{
    /// <summary>Gets how many tokens tell where a text can be cut: one more than wanted shows whether the last character has all of its tokens.</summary>
    public static int Limit(int maximum) => (int)Math.Min(maximum + 1L, int.MaxValue);

    /// <summary>Takes away the tokens beyond a maximum, and those of a character that gives more than there is room for.</summary>
    /// <param name="tokens">The text's first tokens, up to <see cref="Limit"/> of the maximum.</param>
    /// <param name="maximum">How many tokens are wanted at most.</param>
    /// <param name="textLength">The length of the text in characters.</param>
    /// <returns>How many characters the tokens left stand for: whoever goes on behind them gets the others.</returns>
    public static int KeepWholeCharacters(List<(int Id, TextRange Range)> tokens, int maximum, int textLength)
    {
        if (tokens.Count < maximum)
        {
            return textLength;
        }

        int count = NextCut(tokens, maximum, -1);
        tokens.RemoveRange(count, tokens.Count - count);
        return count == 0 ? 0 : tokens[^1].Range.End;
    }

    /// <summary>Finds where to cut a text for its first or last tokens.</summary>
    /// <param name="tokens">From the beginning, up to <see cref="Limit"/> of the maximum; from the end, all.</param>
    /// <param name="maximum">How many tokens are wanted at most.</param>
    /// <param name="textLength">The length of the text in characters.</param>
    /// <param name="fromEnd">Whether the last tokens are wanted.</param>
    /// <param name="tokenCount">How many tokens there are on the wanted side of the cut.</param>
    /// <returns>The position in the text.</returns>
    public static int FindIndex(List<(int Id, TextRange Range)> tokens, int maximum, int textLength, bool fromEnd, out int tokenCount)
    {
        if (tokens.Count <= maximum)
        {
            tokenCount = tokens.Count;
            return fromEnd ? 0 : textLength;
        }

        tokenCount = fromEnd ? tokens.Count - NextCut(tokens, tokens.Count - maximum, 1) : NextCut(tokens, maximum, -1);
        return fromEnd
            ? (tokenCount == 0 ? textLength : tokens[^tokenCount].Range.Start)
            : (tokenCount == 0 ? 0 : tokens[tokenCount - 1].Range.End);
    }

    /// <summary>Gets the first index of a token, from <paramref name="index"/> in the given direction, before which the text can be cut.</summary>
    private static int NextCut(List<(int Id, TextRange Range)> tokens, int index, int direction)
    {
        while (index > 0 && index < tokens.Count && tokens[index].Range.Start < tokens[index - 1].Range.End)
        {
            index += direction;
        }

        return index;
    }
}
