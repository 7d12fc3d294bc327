using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.SentenceEmbedding;

/// <content>Encoding: the way from text to ids.</content>
internal sealed partial class SubwordTokenizer
{
    /// <inheritdoc/>
    public int EncodeToIds(ReadOnlySpan<char> text, Span<int> destination)
    {
        var writer = new TokenWriter(destination);
        Encode(text, ref writer);
        return writer.Count;
    }

    /// <inheritdoc/>
    int ISpanTokenizer.CountTokens(ReadOnlySpan<char> text, int maximum)
    {
        var writer = new TokenWriter(tokens: null, maximum);
        Encode(text, ref writer);
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
    /// <remarks>The text is cut between tokens, which may be inside a word, but never inside a character.</remarks>
    protected override int GetIndexByTokenCount(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings, bool fromEnd, out string? normalizedText, out int tokenCount)
    {
        normalizedText = null;
        return this.FindIndex(text ?? textSpan, settings, fromEnd, out tokenCount);
    }

    /// <inheritdoc/>
    List<(int Id, TextRange Range)> ISpanTokenizer.EncodeWithPlaces(ReadOnlySpan<char> text, int maximum)
    {
        var tokens = new List<(int Id, TextRange Range)>();
        var writer = new TokenWriter(tokens, maximum);
        Encode(text, ref writer);
        return tokens;
    }

    /// <inheritdoc/>
    string ISpanTokenizer.TokenOf(int id) => _decoder.TokenOf(id);

    /// <summary>Cuts out the tokens that are looked for in the original text and encodes what lies between them.</summary>
    private void Encode(ReadOnlySpan<char> text, ref TokenWriter writer)
    {
        int position = 0;
        int taken = 0;
        while (_addedTokens is not null && !writer.IsFull && _addedTokens.TryFind(text, ref position, taken, out int id, out TextRange range))
        {
            EncodeBetween(text[taken..range.Start], taken, ref writer);
            writer.Add(id, range);
            taken = Math.Max(taken, range.End);
        }

        EncodeBetween(text[taken..], taken, ref writer);
    }

    private void EncodeBetween(ReadOnlySpan<char> text, int offset, ref TokenWriter writer)
    {
        if (!_needsCopy && !writer.KeepsPlaces)
        {
            EncodeNormalized(text, [], ref writer);
            return;
        }

        for (int start = 0; start < text.Length && !writer.IsFull;)
        {
            ReadOnlySpan<char> rest = text[start..];
            int length = _hasWindows ? TextWindow.FirstLength(rest) : rest.Length;
            var working = new WorkingText(rest[..length], offset + start, _needsPlaces || writer.KeepsPlaces) { IsFirst = start == 0, IsLast = length == rest.Length };
            try
            {
                Normalize(ref working);
                EncodeNormalized(working.Characters, working.Places, ref writer);
            }
            finally
            {
                working.Dispose();
            }

            start += length;
        }
    }

    /// <summary>Cuts out the tokens that are looked for in normalized text and encodes what lies between them.</summary>
    /// <param name="text">The normalized text.</param>
    /// <param name="places">The place of each character, or nothing.</param>
    /// <param name="writer">Takes the tokens.</param>
    private void EncodeNormalized(ReadOnlySpan<char> text, ReadOnlySpan<TextRange> places, ref TokenWriter writer)
    {
        int position = 0;
        int taken = 0;
        while (_normalizedAddedTokens is not null && !writer.IsFull && _normalizedAddedTokens.TryFind(text, ref position, taken, out int id, out TextRange range))
        {
            EncodeWords(text[taken..range.Start], From(places, taken), ref writer);
            if (range.End > range.Start)
            {
                writer.Add(id, WorkingText.PlaceOf(places, range.Start, range.End));
            }

            taken = Math.Max(taken, range.End);
        }

        EncodeWords(text[taken..], From(places, taken), ref writer);
    }

    private void EncodeWords(ReadOnlySpan<char> text, ReadOnlySpan<TextRange> places, ref TokenWriter writer)
    {
        bool hasSpaceInFront = _preTokenization.AddsSpaceInFront && text is not [' ', ..];
        int position = 0;
        while (!writer.IsFull && WordScanner.TryNext(_preTokenization.Splitting, text, hasSpaceInFront, ref position, out int start))
        {
            if (_preTokenization.Metaspace is { } metaspace)
            {
                EncodeMarked(metaspace, text[start..position], From(places, start), ref writer);
            }
            else
            {
                var word = new Word(text[start..position], hasSpaceInFront ? ' ' : null, mark: null, From(places, start));
                _model.Encode(ref word, ref writer);
            }

            hasSpaceInFront = false;
        }
    }

    /// <summary>Encodes a word, or all of the text where words are not split otherwise, from one mark to the next.</summary>
    private void EncodeMarked(Metaspace metaspace, ReadOnlySpan<char> text, ReadOnlySpan<TextRange> places, ref TokenWriter writer)
    {
        char mark = metaspace.Replacement;
        bool isPrepended = text[0] != ' ' && text[0] != mark
            && (metaspace.Scheme == PrependScheme.Always || (metaspace.Scheme == PrependScheme.First && places[0].Start == 0));
        for (int start = 0, end; start < text.Length && !writer.IsFull; start = end)
        {
            int next = metaspace.Splits ? text[(start + 1)..].IndexOfAny(' ', mark) : -1;
            end = next < 0 ? text.Length : start + 1 + next;
            var word = new Word(text[start..end], isPrepended && start == 0 ? mark : null, mark, From(places, start));
            _model.Encode(ref word, ref writer);
        }
    }

    private static ReadOnlySpan<TextRange> From(ReadOnlySpan<TextRange> places, int start) => places.IsEmpty ? places : places[start..];
}
