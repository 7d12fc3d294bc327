using System.Buffers;
using System.Collections.ObjectModel;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>BERT's WordPiece tokenizer: the ids that Hugging Face tokenizers gives for a text, without special tokens around them.</summary>
/// <remarks>
/// <para>
/// Added tokens such as "[SEP]" are cut out of the text first. The rest is normalized (BertNormalizer), split at white space and
/// punctuation (BertPreTokenizer) and spelled with the longest pieces of the vocabulary (WordPiece).
/// </para>
/// <para>
/// All of this is one pass that cannot be taken apart: <see cref="Tokenizer.Normalizer"/> and <see cref="Tokenizer.PreTokenizer"/> are null, and the
/// arguments considerNormalization and considerPreTokenization of the inherited methods are ignored. Their normalizedText is always null,
/// and offsets, indices and consumed characters refer to the text that was passed.
/// </para>
/// <para>A surrogate without its other half counts as U+FFFD: cleaning removes it, and without cleaning it is a character that hardly any vocabulary has.</para>
/// <para>Instances are immutable and serve any number of threads.</para>
/// </remarks>
public sealed partial class BertWordPieceTokenizer : Tokenizer, ISpanTokenizer
{
    private readonly WordPieceVocabulary _pieces;
    private readonly BertNormalization _normalization;
    private readonly AddedTokenMatcher? _addedTokens;
    private readonly AddedTokenMatcher? _normalizedAddedTokens;
    private readonly Lazy<WordPieceDecoder> _decoder;
    private readonly int[] _punctuationIds = new int[128];
    private readonly int _unknownId;
    private readonly int _maximumWordLength;

    /// <summary>Initializes a new instance of the <see cref="BertWordPieceTokenizer"/> class from checked parts.</summary>
    /// <param name="vocabulary">The model's vocabulary, which has the unknown token.</param>
    /// <param name="addedTokens">The added tokens with their ids, which need not be in the vocabulary.</param>
    /// <param name="options">Everything else.</param>
    internal BertWordPieceTokenizer(Dictionary<string, int> vocabulary, IReadOnlyCollection<NumberedToken> addedTokens, BertWordPieceOptions options)
    {
        _normalization = new BertNormalization(options.LowercaseFirst, options.CleanText, options.SeparateChineseCharacters, options.StripAccents ?? options.Lowercase, options.Lowercase);
        _pieces = new WordPieceVocabulary(vocabulary, options.ContinuingSubwordPrefix);
        _unknownId = vocabulary[options.UnknownToken];
        _maximumWordLength = options.MaximumWordLength;
        _decoder = new Lazy<WordPieceDecoder>(() => new WordPieceDecoder(vocabulary, addedTokens, options.ContinuingSubwordPrefix, options.CleanUpDecodedText));
        _addedTokens = AddedTokenMatcher.Create(addedTokens.Where(added => !added.Token.IsNormalized), token => token.Content);
        _normalizedAddedTokens = AddedTokenMatcher.Create(addedTokens.Where(added => added.Token.IsNormalized), token => Normalize(token.Content));
        Span<byte> bytes = stackalloc byte[1 + WordPieceVocabulary.Padding];
        for (int c = 0; c < _punctuationIds.Length; c++)
        {
            bytes[0] = (byte)c;
            int id = _pieces.Find(bytes, 1, continuing: false);
            _punctuationIds[c] = id >= 0 ? id : _unknownId;
        }

        Vocabulary = Extend(vocabulary, addedTokens);
    }

    /// <summary>Gets the id of every token, added tokens included.</summary>
    public IReadOnlyDictionary<string, int> Vocabulary { get; }

    /// <summary>Creates a tokenizer with the options of an uncased BERT from a vocab.txt file.</summary>
    /// <inheritdoc cref="Create(string, BertWordPieceOptions)"/>
    public static BertWordPieceTokenizer Create(string vocabularyPath) => Create(vocabularyPath, new BertWordPieceOptions());

    /// <summary>Creates a tokenizer from a vocab.txt file.</summary>
    /// <param name="vocabularyPath">A UTF-8 file with one token a line; the first line has id 0.</param>
    /// <param name="options">How text is treated.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ArgumentException">An argument is null or empty.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not UTF-8, lacks the unknown token, or has more than 4 million lines or one of more than 1,000 characters.</exception>
    public static BertWordPieceTokenizer Create(string vocabularyPath, BertWordPieceOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(vocabularyPath);
        using FileStream stream = File.OpenRead(vocabularyPath);
        return Create(stream, vocabularyPath, options);
    }

    /// <summary>Creates a tokenizer with the options of an uncased BERT from the content of a vocab.txt file.</summary>
    /// <inheritdoc cref="Create(Stream, BertWordPieceOptions)"/>
    public static BertWordPieceTokenizer Create(Stream vocabulary) => Create(vocabulary, new BertWordPieceOptions());

    /// <summary>Creates a tokenizer from the content of a vocab.txt file.</summary>
    /// <param name="vocabulary">UTF-8 text with one token a line; it is read to its end and stays open.</param>
    /// <param name="options">How text is treated.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InvalidDataException">The text is not UTF-8, lacks the unknown token, or has more than 4 million lines or one of more than 1,000 characters.</exception>
    public static BertWordPieceTokenizer Create(Stream vocabulary, BertWordPieceOptions options)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        return Create(vocabulary, nameof(vocabulary), options);
    }

    /// <summary>Decodes ids to text: pieces joined to words, words separated by a space, spaces before punctuation removed.</summary>
    /// <param name="ids">The ids; those that no token has are skipped.</param>
    /// <returns>The text.</returns>
    public override string Decode(IEnumerable<int> ids) => Decode(ids, skipSpecialTokens: false);

    /// <summary>Decodes ids to text, with or without special tokens.</summary>
    /// <param name="ids">The ids; those that no token has are skipped.</param>
    /// <param name="skipSpecialTokens">Whether special tokens such as [CLS] are left out.</param>
    /// <returns>The text.</returns>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var text = new StringBuilder();
        bool isFirst = true;
        foreach (int id in ids)
        {
            isFirst &= !_decoder.Value.TryAppend(text, id, isFirst, skipSpecialTokens);
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        idsConsumed = 0;
        charsWritten = 0;
        var text = new StringBuilder();
        bool isFirst = true;
        foreach (int id in ids)
        {
            int lengthBefore = text.Length;
            isFirst &= !_decoder.Value.TryAppend(text, id, isFirst, skipSpecialTokens: false);
            if (text.Length > destination.Length)
            {
                text.Length = lengthBefore;
                text.CopyTo(0, destination, lengthBefore);
                charsWritten = lengthBefore;
                return OperationStatus.DestinationTooSmall;
            }

            idsConsumed++;
        }

        text.CopyTo(0, destination, text.Length);
        charsWritten = text.Length;
        return OperationStatus.Done;
    }

    private static BertWordPieceTokenizer Create(Stream stream, string source, BertWordPieceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Dictionary<string, int> vocabulary = VocabularyText.Read(stream, source);
        if (!vocabulary.ContainsKey(options.UnknownToken))
        {
            throw new InvalidDataException($"{source}: the unknown token '{options.UnknownToken}' is not in the vocabulary; set {nameof(BertWordPieceOptions)}.{nameof(BertWordPieceOptions.UnknownToken)} to the one that is.");
        }

        var added = options.AddedTokens.Where(token => vocabulary.ContainsKey(token.Content)).Select(token => new NumberedToken(token, vocabulary[token.Content]));
        return new BertWordPieceTokenizer(vocabulary, [.. added], options);
    }

    /// <summary>Adds the added tokens to the vocabulary; where they are in it already, as they mostly are, it is not copied.</summary>
    private static ReadOnlyDictionary<string, int> Extend(Dictionary<string, int> vocabulary, IReadOnlyCollection<NumberedToken> addedTokens)
    {
        Dictionary<string, int> all = vocabulary;
        foreach ((AddedToken token, int id) in addedTokens)
        {
            if (!all.TryGetValue(token.Content, out int known) || known != id)
            {
                all = all == vocabulary ? new Dictionary<string, int>(vocabulary, StringComparer.Ordinal) : all;
                all[token.Content] = id;
            }
        }

        return all.AsReadOnly();
    }

    private string Normalize(string text)
    {
        using var normalized = new NormalizedText(text, _normalization);
        return normalized.Characters.ToString();
    }
}
