using System.Buffers;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The input ids of several texts, one behind the other in one pooled buffer.</summary>
internal sealed class TokenSequences : IDisposable
{
    // Room for the longest text is reserved in front of each one, as far as that is little.
    private const int LargestReserve = 1 << 16;

    private readonly SentenceModel _model;
    private readonly string _prompt;
    private readonly LongTextHandling _longTexts;
    private readonly List<int> _ends = [];
    private int[] _ids = [];

    /// <summary>Creates an empty list of sequences of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">What is put in front of each text, empty for nothing; null for the model's own prompt.</param>
    /// <param name="longTexts">What becomes of a text that is too long.</param>
    public TokenSequences(SentenceModel model, string? prompt = null, LongTextHandling longTexts = LongTextHandling.Truncate)
    {
        _model = model;
        _prompt = prompt ?? model.Prompt;
        _longTexts = longTexts;
    }

    /// <summary>Gets the number of sequences.</summary>
    public int Count => _ends.Count;

    /// <summary>Gets the number of ids of all sequences.</summary>
    public int TotalTokens => _ends.Count == 0 ? 0 : _ends[^1];

    /// <summary>Gets the ids of a sequence.</summary>
    public ReadOnlySpan<int> this[int index] => _ids.AsSpan(Start(index), Length(index));

    /// <summary>Gives the number of a prompt's tokens as sentence-transformers counts them for a pooling that leaves them out: what the prompt alone gives, without a special token at the end.</summary>
    public static int CountPromptTokens(SentenceModel model, string prompt)
    {
        if (prompt.Length == 0)
        {
            return 0;
        }

        int closing = model.SentenceTokenizer.SpecialTokenCount > model.SentenceTokenizer.SpecialTokensBefore ? 1 : 0;
        return model.SentenceTokenizer.CountTokens(prompt, model.MaximumTokens) - closing;
    }

    /// <summary>Gives the number of ids of a sequence.</summary>
    public int Length(int index) => _ends[index] - Start(index);

    /// <summary>Gives the number of ids of every sequence.</summary>
    public int[] Lengths()
    {
        int[] lengths = new int[Count];
        for (int i = 0; i < lengths.Length; i++)
        {
            lengths[i] = Length(i);
        }

        return lengths;
    }

    /// <summary>Gives the number of the text's own ids in a sequence of <see cref="AddText"/>: without special tokens and prompt.</summary>
    public int OwnTokens(int index) => Length(index) - _model.SentenceTokenizer.SpecialTokenCount - CountPrompt();

    /// <summary>Adds a text, the prompt in front, special tokens around, and gives the number of its sequences: one, or the windows of a text that is too long.</summary>
    public int AddText(ReadOnlySpan<char> text)
    {
        if (_prompt.Length == 0)
        {
            return AddPrompted(text);
        }

        char[] prompted = ArrayPool<char>.Shared.Rent(_prompt.Length + text.Length);
        try
        {
            _prompt.CopyTo(prompted);
            text.CopyTo(prompted.AsSpan(_prompt.Length));
            return AddPrompted(prompted.AsSpan(0, _prompt.Length + text.Length));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(prompted);
        }
    }

    /// <summary>Adds a sequence that is tokenized already.</summary>
    /// <exception cref="ArgumentException">The sequence is shorter or longer than the model takes, or has an id that the model does not know.</exception>
    public void AddIds(ReadOnlySpan<int> ids)
    {
        // Without special tokens the empty text has no ids.
        int minimum = Math.Min(1, _model.SentenceTokenizer.SpecialTokenCount);
        if (ids.Length < minimum || ids.Length > _model.Encoder.MaximumTokens)
        {
            throw new ArgumentException($"A sequence has {ids.Length} tokens; the model {_model.Name} takes {minimum} to {_model.Encoder.MaximumTokens}.", nameof(ids));
        }

        foreach (int id in ids)
        {
            if ((uint)id >= (uint)_model.Encoder.VocabularySize)
            {
                throw new ArgumentException($"A sequence has the token id {id}; the model {_model.Name} knows 0 to {_model.Encoder.VocabularySize - 1}.", nameof(ids));
            }
        }

        ids.CopyTo(Reserve(ids.Length));
        Commit(ids.Length);
    }

    /// <summary>Forgets the sequences and keeps the buffer.</summary>
    public void Clear() => _ends.Clear();

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_ids);
        _ids = [];
        _ends.Clear();
    }

    private int AddPrompted(ReadOnlySpan<char> text)
    {
        int maximum = _model.MaximumTokens;
        if (maximum > LargestReserve)
        {
            // Of a model without a limit the text says how much room it needs, at the price of a second pass.
            maximum = Math.Min(maximum, _model.SentenceTokenizer.CountTokens(text, maximum));
        }

        int count = _model.SentenceTokenizer.Encode(text, Reserve(maximum));
        if (count == maximum && _longTexts == LongTextHandling.AverageWindows)
        {
            // Only a full sequence can be the beginning of more, so that short texts are tokenized once.
            int all = _model.SentenceTokenizer.CountTokens(text, int.MaxValue);
            int repeated = _model.SentenceTokenizer.SpecialTokenCount + CountPrompt();
            if (all > maximum && repeated < maximum)
            {
                return AddWindows(text, all, maximum - repeated);
            }
        }

        Commit(count);
        return 1;
    }

    /// <summary>Adds the windows of a text.</summary>
    /// <param name="text">The text with the prompt.</param>
    /// <param name="count">The number of its ids, special tokens included.</param>
    /// <param name="room">The number of the text's own ids that a window takes.</param>
    private int AddWindows(ReadOnlySpan<char> text, int count, int room)
    {
        int[] rented = ArrayPool<int>.Shared.Rent(count);
        try
        {
            Span<int> ids = rented.AsSpan(0, _model.SentenceTokenizer.Encode(text, rented.AsSpan(0, count)));
            Span<int> before = ids[..(_model.SentenceTokenizer.SpecialTokensBefore + CountPrompt())];
            Span<int> after = ids[^(_model.SentenceTokenizer.SpecialTokenCount - _model.SentenceTokenizer.SpecialTokensBefore)..];
            Span<int> own = ids[before.Length..^after.Length];
            int windows = 0;
            for (int start = 0; start < own.Length; start += room)
            {
                Span<int> part = own.Slice(start, Math.Min(room, own.Length - start));
                Span<int> window = Reserve(before.Length + part.Length + after.Length);
                before.CopyTo(window);
                part.CopyTo(window[before.Length..]);
                after.CopyTo(window[(before.Length + part.Length)..]);
                Commit(window.Length);
                windows++;
            }

            return windows;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }

    /// <summary>Counts the prompt's own ids.</summary>
    private int CountPrompt() => _prompt.Length == 0
        ? 0
        : _model.SentenceTokenizer.CountTokens(_prompt, _model.MaximumTokens) - _model.SentenceTokenizer.SpecialTokenCount;

    private int Start(int index) => index == 0 ? 0 : _ends[index - 1];

    private void Commit(int count) => _ends.Add(checked(TotalTokens + count));

    private Span<int> Reserve(int count)
    {
        int used = TotalTokens;
        if (_ids.Length - used < count)
        {
            int[] larger = ArrayPool<int>.Shared.Rent((int)Math.Max(used + count, Math.Min(2L * _ids.Length, Array.MaxLength)));
            _ids.AsSpan(0, used).CopyTo(larger);
            ArrayPool<int>.Shared.Return(_ids);
            _ids = larger;
        }

        return _ids.AsSpan(used, count);
    }
}
