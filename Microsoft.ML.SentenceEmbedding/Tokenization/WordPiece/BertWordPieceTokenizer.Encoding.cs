using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.SentenceEmbedding;

/// <content>Encoding: the way from text to ids.</content>
public sealed partial class BertWordPieceTokenizer
{
    // Longer words are rare; for them the writer rents.
    private const int WordBufferLength = 128;

    /// <summary>Writes the ids of a text, at most as many as the destination holds.</summary>
    /// <param name="text">The text.</param>
    /// <param name="destination">Where the ids go; what lies behind the returned count is left alone.</param>
    /// <returns>How many ids were written.</returns>
    /// <remarks>Nothing is allocated, and no word is read beyond those that fill the destination.</remarks>
    [SkipLocalsInit]
    public int EncodeToIds(ReadOnlySpan<char> text, Span<int> destination)
    {
        var writer = new WordPieceWriter(_pieces, _unknownId, _maximumWordLength, destination, stackalloc int[WordBufferLength]);
        Encode(text, ref writer);
        writer.Dispose();
        return Math.Min(writer.Count, destination.Length);
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    int ISpanTokenizer.CountTokens(ReadOnlySpan<char> text, int maximum)
    {
        var writer = new WordPieceWriter(_pieces, _unknownId, _maximumWordLength, tokens: null, maximum, stackalloc int[WordBufferLength]);
        Encode(text, ref writer);
        writer.Dispose();
        return writer.Count;
    }

    /// <inheritdoc/>
    /// <remarks>Where a maximum cuts the tokens of one character apart, none of them is given and the character is not consumed.</remarks>
    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
        => this.EncodeIds(text ?? textSpan, settings);

    /// <inheritdoc/>
    /// <remarks>Where a maximum cuts the tokens of one character apart, none of them is given and the character is not consumed.</remarks>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
        => this.EncodeTokens(text ?? textSpan, settings);

    /// <inheritdoc/>
    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.MaxTokenCount);
        return ((ISpanTokenizer)this).CountTokens(text ?? textSpan, settings.MaxTokenCount);
    }

    /// <inheritdoc/>
    /// <remarks>The text is cut between tokens, which may be inside a word, but never inside a character: where one character gives several tokens, all or none of them count.</remarks>
    protected override int GetIndexByTokenCount(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings, bool fromEnd, out string? normalizedText, out int tokenCount)
    {
        normalizedText = null;
        return this.FindIndex(text ?? textSpan, settings, fromEnd, out tokenCount);
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    List<(int Id, TextRange Range)> ISpanTokenizer.EncodeWithPlaces(ReadOnlySpan<char> text, int maximum)
    {
        var tokens = new List<(int Id, TextRange Range)>();
        var writer = new WordPieceWriter(_pieces, _unknownId, _maximumWordLength, tokens, maximum, stackalloc int[WordBufferLength]);
        Encode(text, ref writer);
        writer.Dispose();
        return tokens;
    }

    /// <inheritdoc/>
    string ISpanTokenizer.TokenOf(int id) => _decoder.Value.TokenOf(id);

    /// <summary>Cuts out the tokens that are looked for in the original text and encodes what lies between them.</summary>
    private void Encode(ReadOnlySpan<char> text, ref WordPieceWriter writer)
    {
        int position = 0;
        int taken = 0;
        while (_addedTokens is not null && !writer.IsFull && _addedTokens.TryFind(text, ref position, taken, out int id, out TextRange range))
        {
            EncodeBetween(text[taken..range.Start], taken, ref writer);
            writer.AddToken(id, range);
            taken = Math.Max(taken, range.End);
        }

        EncodeBetween(text[taken..], taken, ref writer);
    }

    private void EncodeBetween(ReadOnlySpan<char> text, int offset, ref WordPieceWriter writer)
    {
        if (text.IsEmpty || writer.IsFull)
        {
            return;
        }

        if (_normalizedAddedTokens is not null)
        {
            EncodeNormalized(text, offset, _normalizedAddedTokens, ref writer);
        }
        else if (writer.KeepsPlaces)
        {
            EncodeUnicode(text, 0, offset, stopAtDelimiter: false, ref writer);
        }
        else
        {
            EncodeAscii(text, ref writer);
        }
    }

    /// <summary>Encodes window by window; a word with a character beyond plain ASCII goes to <see cref="EncodeUnicode"/>.</summary>
    [SkipLocalsInit]
    private void EncodeAscii(ReadOnlySpan<char> text, ref WordPieceWriter writer)
    {
        Span<byte> bytes = stackalloc byte[AsciiWindow.Length + WordPieceVocabulary.Padding];
        Span<char> lastCharacters = stackalloc char[AsciiWindow.Length];
        int position = 0;
        while (position < text.Length && !writer.IsFull)
        {
            scoped ReadOnlySpan<char> rest = text[position..];
            bool isLast = rest.Length <= AsciiWindow.Length;
            if (isLast)
            {
                rest.CopyTo(lastCharacters);
                lastCharacters[rest.Length..].Fill(' ');
                rest = lastCharacters;
            }

            var window = new AsciiWindow(rest, _normalization.LowercasesAscii, bytes);
            int read = EncodeWindow(window, bytes, isLast, ref writer);
            position += read;

            // Stopped before the end: at a word that another character belongs to, or, at the very start, at a word longer than the window.
            if (read < AsciiWindow.Length && position < text.Length && (window.Others != 0 || read == 0))
            {
                position = EncodeUnicode(text, position, 0, stopAtDelimiter: true, ref writer);
            }
        }
    }

    /// <summary>Encodes a window's words as far as they surely end in it and returns how many of its characters that took.</summary>
    private int EncodeWindow(in AsciiWindow window, scoped ReadOnlySpan<byte> bytes, bool isLast, ref WordPieceWriter writer)
    {
        int end = window.PlainLength;
        bool endsWord = isLast && end == AsciiWindow.Length;
        ulong marks = window.Words | window.Punctuation;
        int position = 0;
        while (position < end && !writer.IsFull)
        {
            ulong rest = marks >> position;
            if (rest == 0)
            {
                return end;
            }

            position += BitOperations.TrailingZeroCount(rest);
            if (position >= end)
            {
                return end;
            }

            ulong word = window.Words >> position;
            if ((word & 1) == 0)
            {
                writer.AddToken(_punctuationIds[bytes[position]], default);
                position++;
                continue;
            }

            int length = BitOperations.TrailingZeroCount(~word);
            if (position + length >= end && !endsWord)
            {
                return position;
            }

            writer.AddWord(bytes[position..], length, length);
            position += length;
        }

        return position;
    }

    /// <summary>Encodes character by character, all of the text or up to an ASCII space or punctuation mark; returns the position reached.</summary>
    /// <remarks>Such a delimiter always ends a word, whatever follows: normalization joins or reorders nothing across it.</remarks>
    [SkipLocalsInit]
    private int EncodeUnicode(ReadOnlySpan<char> text, int position, int offset, bool stopAtDelimiter, ref WordPieceWriter writer)
    {
        Span<int> normalized = stackalloc int[BertNormalization.MaximumExpansion];
        while (position < text.Length && !writer.IsFull && !(stopAtDelimiter && IsDelimiter(text[position])))
        {
            Rune.DecodeFromUtf16(text[position..], out Rune rune, out int consumed);
            var range = new TextRange(offset + position, offset + position + consumed);
            foreach (int codePoint in normalized[.._normalization.Apply(rune.Value, normalized)])
            {
                writer.Append(codePoint, range, _normalization.StripAccents);
            }

            position += consumed;
        }

        writer.EndWord();
        return position;
    }

    private static bool IsDelimiter(char c)
        => char.IsAscii(c) && (c is '\t' or '\n' or '\r' or ' ' || (CharacterProperties.Of(c) & CharacterProperties.Punctuation) != 0);

    /// <summary>Normalizes all of the text, cuts out the tokens that are looked for in normalized text, and splits the rest into words.</summary>
    [SkipLocalsInit]
    private void EncodeNormalized(ReadOnlySpan<char> text, int offset, AddedTokenMatcher addedTokens, ref WordPieceWriter writer)
    {
        using var normalized = new NormalizedText(text, _normalization);
        ReadOnlySpan<char> characters = normalized.Characters;
        int position = 0;
        int taken = 0;
        while (!writer.IsFull)
        {
            bool found = addedTokens.TryFind(characters, ref position, taken, out int id, out TextRange match);
            int end = found ? match.Start : characters.Length;
            while (taken < end)
            {
                Rune.DecodeFromUtf16(characters[taken..end], out Rune rune, out int consumed);
                TextRange place = normalized.PlaceOf(taken, taken + consumed);
                writer.Append(rune.Value, new TextRange(offset + place.Start, offset + place.End), ordersMarks: false);
                taken += consumed;
            }

            writer.EndWord();
            if (!found)
            {
                return;
            }

            if (match.End > match.Start)
            {
                TextRange place = normalized.PlaceOf(match.Start, match.End);
                writer.AddToken(id, new TextRange(offset + place.Start, offset + place.End));
            }

            taken = Math.Max(taken, match.End);
        }
    }
}
