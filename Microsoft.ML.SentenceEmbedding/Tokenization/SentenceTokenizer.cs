using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A model's tokenizer: a text's ids with the model's special tokens around them, cut to a length.</summary>
internal sealed class SentenceTokenizer
{
    // What tokenizers treat differently: case, accents, punctuation, white space, Chinese characters, words that no vocabulary has, special tokens.
    private const string FingerprintText =
        "The Quick brown fox doesn't jump; ÀÉÎÕÜ naïve café\t1,234.56 $5 e-mail@example.org 東京タワー 한국어 Привет שלום مرحبا \uD83D\uDE80 qxzvkjwq [MASK] <mask> unaffable.";

    private readonly ISpanTokenizer _spanTokenizer;
    private readonly Lazy<ulong> _fingerprint;
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
        _fingerprint = new Lazy<ulong>(ComputeFingerprint);
    }

    /// <summary>Gets the tokenizer of the text alone.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Gets the longest input in ids, special tokens included, as tokenizer_config.json gives it; null without a limit.</summary>
    public int? ModelMaximumLength { get; }

    /// <summary>Gets one more than the largest id that can come out.</summary>
    public int VocabularySize { get; }

    /// <summary>Gets the number of special tokens around a text.</summary>
    public int SpecialTokenCount => _before.Length + _after.Length;

    /// <summary>Gets the number of special tokens in front of a text.</summary>
    public int SpecialTokensBefore => _before.Length;

    /// <summary>Gets what the tokenizer is recognized by: a hash of its tokens and of what it makes of a text with many peculiarities.</summary>
    /// <remarks>Equal for tokenizers that do the same, whatever files they were read from; the longest input does not count.</remarks>
    public ulong Fingerprint => _fingerprint.Value;

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

    private ulong ComputeFingerprint()
    {
        var hash = new XxHash3();
        for (int id = 0; id < VocabularySize; id++)
        {
            hash.Append(MemoryMarshal.AsBytes(Tokenizer.Decode([id]).AsSpan()));
            hash.Append([0, 0]);
        }

        int[] ids = new int[SpecialTokenCount + (2 * FingerprintText.Length)];
        hash.Append(MemoryMarshal.AsBytes(ids.AsSpan(0, Encode(FingerprintText, ids))));
        return hash.GetCurrentHashAsUInt64();
    }
}
