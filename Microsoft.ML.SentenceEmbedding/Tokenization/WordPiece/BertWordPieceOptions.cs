namespace Microsoft.ML.SentenceEmbedding;

/// <summary>How a <see cref="BertWordPieceTokenizer"/> treats text; the defaults are those of an uncased BERT.</summary>
public sealed class BertWordPieceOptions
{
    private int _maximumWordLength = 100;
    private string _unknownToken = "[UNK]";
    private string _continuingSubwordPrefix = "##";
    private IReadOnlyList<AddedToken> _addedTokens = [new("[PAD]"), new("[UNK]"), new("[CLS]"), new("[SEP]"), new("[MASK]")];

    /// <summary>Gets or sets a value indicating whether text is lower-cased. Default: true.</summary>
    public bool Lowercase { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether text is lower-cased before everything else too, as sentence-transformers' do_lower_case asks. Default: false.</summary>
    public bool LowercaseFirst { get; set; }

    /// <summary>Gets or sets a value indicating whether accents are removed; null follows <see cref="Lowercase"/>. Default: null.</summary>
    public bool? StripAccents { get; set; }

    /// <summary>Gets or sets a value indicating whether control characters are removed and white space becomes plain spaces. Default: true.</summary>
    public bool CleanText { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether every Chinese character is a word by itself. Default: true.</summary>
    public bool SeparateChineseCharacters { get; set; } = true;

    /// <summary>Gets or sets the token that stands for a word that the vocabulary cannot spell. Default: "[UNK]".</summary>
    /// <exception cref="ArgumentException">The value is null or empty.</exception>
    public string UnknownToken
    {
        get => _unknownToken;
        set
        {
            ArgumentException.ThrowIfNullOrEmpty(value);
            _unknownToken = value;
        }
    }

    /// <summary>Gets or sets what a piece inside a word starts with in the vocabulary. Default: "##".</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public string ContinuingSubwordPrefix
    {
        get => _continuingSubwordPrefix;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _continuingSubwordPrefix = value;
        }
    }

    /// <summary>Gets or sets the longest word in Unicode code points that is split into pieces; a longer one is unknown. Default: 100; at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int MaximumWordLength
    {
        get => _maximumWordLength;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _maximumWordLength = value;
        }
    }

    /// <summary>Gets or sets a value indicating whether decoding removes the space before punctuation and contractions. Default: true.</summary>
    public bool CleanUpDecodedText { get; set; } = true;

    /// <summary>Gets or sets the tokens that are cut out of the text first; those that the vocabulary lacks are left out. Default: [PAD], [UNK], [CLS], [SEP] and [MASK].</summary>
    /// <exception cref="ArgumentException">The value, or a token in it, is null.</exception>
    public IReadOnlyList<AddedToken> AddedTokens
    {
        get => _addedTokens;
        set
        {
            ArgumentNullException.ThrowIfNull(value);

            // A copy stays as it was checked.
            AddedToken[] tokens = [.. value];
            _addedTokens = !tokens.Contains(null!) ? tokens : throw new ArgumentException("A token is null.", nameof(value));
        }
    }
}
