using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A model's tokenizer: a text's ids with the model's special tokens around them, cut to a length.</summary>
internal sealed class SentenceTokenizer
{
    private readonly ISpanTokenizer _spanTokenizer;
    private readonly int[] _before;
    private readonly int[] _after;

    /// <summary>Initializes a new instance of the <see cref="SentenceTokenizer"/> class.</summary>
    /// <param name="tokenizer">Gives the text's own ids; it is an <see cref="ISpanTokenizer"/> too.</param>
    /// <param name="before">The ids in front of the text's.</param>
    /// <param name="after">The ids behind the text's.</param>
    /// <param name="vocabularySize">One more than the largest id.</param>
    /// <param name="modelMaximumLength">The longest input in ids, if the model's files say so.</param>
    public SentenceTokenizer(Tokenizer tokenizer, IReadOnlyList<int> before, IReadOnlyList<int> after, int vocabularySize, int? modelMaximumLength)
    {
        _spanTokenizer = (ISpanTokenizer)tokenizer;
        _before = [.. before];
        _after = [.. after];
        Tokenizer = tokenizer;
        VocabularySize = vocabularySize;
        ModelMaximumLength = modelMaximumLength;
    }

    /// <summary>Gets the tokenizer of the text alone.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Gets the longest input in ids, special tokens included, as tokenizer_config.json gives it; null without a limit.</summary>
    public int? ModelMaximumLength { get; }

    /// <summary>Gets one more than the largest id that can come out.</summary>
    public int VocabularySize { get; }

    /// <summary>Gets the number of special tokens around a text.</summary>
    public int SpecialTokenCount => _before.Length + _after.Length;

    /// <summary>Writes the ids of a text with the special tokens around them and returns how many there are.</summary>
    /// <param name="text">The text.</param>
    /// <param name="destination">As long as the longest input wanted; of a longer text the first ids are kept, whatever word that splits.</param>
    /// <exception cref="ArgumentException">The destination does not even hold the special tokens.</exception>
    public int Encode(ReadOnlySpan<char> text, Span<int> destination)
    {
        if (destination.Length < SpecialTokenCount)
        {
            throw new ArgumentException($"The destination holds {destination.Length} ids, and the special tokens alone are {SpecialTokenCount}.", nameof(destination));
        }

        _before.CopyTo(destination);
        int count = _before.Length + _spanTokenizer.EncodeToIds(text, destination[_before.Length..^_after.Length]);
        _after.CopyTo(destination[count..]);
        return count + _after.Length;
    }

    /// <summary>Counts what <see cref="Encode"/> would write to a destination of the given length.</summary>
    public int CountTokens(ReadOnlySpan<char> text, int maximum)
        => SpecialTokenCount + _spanTokenizer.CountTokens(text, Math.Max(0, maximum - SpecialTokenCount));
}
