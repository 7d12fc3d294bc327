using System.Buffers;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What every <see cref="ISpanTokenizer"/> answers to the methods that it inherits from <see cref="Tokenizer"/>.</summary>
internal static class SpanTokenizerExtensions
{
    /// <summary>Gives the ids of <see cref="Tokenizer.EncodeToIds(string?, ReadOnlySpan{char}, EncodeSettings)"/>.</summary>
    public static EncodeResults<int> EncodeIds(this ISpanTokenizer tokenizer, ReadOnlySpan<char> text, EncodeSettings settings)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.MaxTokenCount);
        if (settings.MaxTokenCount == int.MaxValue)
        {
            return new EncodeResults<int> { Tokens = tokenizer.EncodeAll(text), CharsConsumed = text.Length };
        }

        List<(int Id, TextRange Range)> tokens = tokenizer.EncodeWholeCharacters(text, settings.MaxTokenCount, out int consumed);
        return new EncodeResults<int> { Tokens = tokens.ConvertAll(token => token.Id), CharsConsumed = consumed };
    }

    /// <summary>Gives the tokens of <see cref="Tokenizer.EncodeToTokens(string?, ReadOnlySpan{char}, EncodeSettings)"/>.</summary>
    public static EncodeResults<EncodedToken> EncodeTokens(this ISpanTokenizer tokenizer, ReadOnlySpan<char> text, EncodeSettings settings)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.MaxTokenCount);
        List<(int Id, TextRange Range)> tokens = tokenizer.EncodeWholeCharacters(text, settings.MaxTokenCount, out int consumed);
        return new EncodeResults<EncodedToken>
        {
            Tokens = tokens.ConvertAll(token => new EncodedToken(token.Id, tokenizer.TokenOf(token.Id), token.Range.Start..token.Range.End)),
            CharsConsumed = consumed,
        };
    }

    /// <summary>Finds where the text's first or last tokens end or begin: GetIndexByTokenCount of <see cref="Tokenizer"/>.</summary>
    public static int FindIndex(this ISpanTokenizer tokenizer, ReadOnlySpan<char> text, EncodeSettings settings, bool fromEnd, out int tokenCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.MaxTokenCount);

        // From the end, all of it has to be read.
        List<(int Id, TextRange Range)> tokens = tokenizer.EncodeWithPlaces(text, fromEnd ? int.MaxValue : TokenCuts.Limit(settings.MaxTokenCount));
        return TokenCuts.FindIndex(tokens, settings.MaxTokenCount, text.Length, fromEnd, out tokenCount);
    }

    private static List<(int Id, TextRange Range)> EncodeWholeCharacters(this ISpanTokenizer tokenizer, ReadOnlySpan<char> text, int maximum, out int consumed)
    {
        List<(int Id, TextRange Range)> tokens = tokenizer.EncodeWithPlaces(text, TokenCuts.Limit(maximum));
        consumed = TokenCuts.KeepWholeCharacters(tokens, maximum, text.Length);
        return tokens;
    }

    /// <summary>Gives all ids of a text.</summary>
    private static int[] EncodeAll(this ISpanTokenizer tokenizer, ReadOnlySpan<char> text)
    {
        // Prose has a token every four or five characters; where the buffer is full, a larger one is tried.
        for (int capacity = 32 + (text.Length / 3); ; capacity = (int)Math.Min(2L * capacity, Array.MaxLength))
        {
            int[] ids = ArrayPool<int>.Shared.Rent(capacity);
            int count = tokenizer.EncodeToIds(text, ids);
            int[]? result = count < ids.Length || capacity == Array.MaxLength ? ids[..count] : null;
            ArrayPool<int>.Shared.Return(ids);
            if (result is not null)
            {
                return result;
            }
        }
    }
}
