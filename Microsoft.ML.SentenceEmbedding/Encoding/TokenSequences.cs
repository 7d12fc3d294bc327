using System.Buffers;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The input ids of several texts, one behind the other in one pooled buffer.</summary>
internal sealed class TokenSequences : IDisposable
{
    private readonly SentenceModel _model;
    private readonly List<int> _ends = [];
    private int[] _ids = [];

    /// <summary>Creates an empty list of sequences of a model.</summary>
    public TokenSequences(SentenceModel model)
    {
        _model = model;
    }

    /// <summary>Gets the number of sequences.</summary>
    public int Count => _ends.Count;

    /// <summary>Gets the number of ids of all sequences.</summary>
    public int TotalTokens => _ends.Count == 0 ? 0 : _ends[^1];

    /// <summary>Gets the ids of a sequence.</summary>
    public ReadOnlySpan<int> this[int index] => _ids.AsSpan(Start(index), Length(index));

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

    /// <summary>Adds a text: the model's prompt in front, special tokens around, truncated to what the model takes.</summary>
    public void AddText(ReadOnlySpan<char> text)
    {
        var destination = Reserve(_model.MaximumTokens);
        if (_model.Prompt.Length == 0)
        {
            Commit(_model.SentenceTokenizer.Encode(text, destination));
            return;
        }

        char[] prompted = ArrayPool<char>.Shared.Rent(_model.Prompt.Length + text.Length);
        try
        {
            _model.Prompt.CopyTo(prompted);
            text.CopyTo(prompted.AsSpan(_model.Prompt.Length));
            Commit(_model.SentenceTokenizer.Encode(prompted.AsSpan(0, _model.Prompt.Length + text.Length), destination));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(prompted);
        }
    }

    /// <summary>Adds a sequence that is tokenized already.</summary>
    /// <exception cref="ArgumentException">The sequence is empty, longer than the model takes, or has an id that the model does not know.</exception>
    public void AddIds(ReadOnlySpan<int> ids)
    {
        if (ids.IsEmpty || ids.Length > _model.Encoder.MaximumPositions)
        {
            throw new ArgumentException($"A sequence has {ids.Length} tokens; the model {_model.Name} takes 1 to {_model.Encoder.MaximumPositions}.", nameof(ids));
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

    private int Start(int index) => index == 0 ? 0 : _ends[index - 1];

    private void Commit(int count) => _ends.Add(TotalTokens + count);

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
