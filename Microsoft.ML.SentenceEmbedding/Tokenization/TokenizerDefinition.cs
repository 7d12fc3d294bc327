namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What a model directory's files say about its WordPiece tokenizer, before one is made of it.</summary>
internal sealed class TokenizerDefinition
{
    private readonly Dictionary<string, (AddedToken Token, int Id)> _addedTokens = new(StringComparer.Ordinal);
    private int _largestAddedId = -1;

    /// <summary>Gets the model's own vocabulary.</summary>
    public required IReadOnlyDictionary<string, int> Vocabulary { get; init; }

    /// <summary>Gets the name of the file that the vocabulary comes from.</summary>
    public required string VocabularyFile { get; init; }

    /// <summary>Gets how text is treated; <see cref="BertWordPieceOptions.AddedTokens"/> is not used.</summary>
    public BertWordPieceOptions Options { get; } = new();

    /// <summary>Gets the added tokens with their ids, each content once.</summary>
    public IReadOnlyCollection<(AddedToken Token, int Id)> AddedTokens => _addedTokens.Values;

    /// <summary>Gets the ids in front of every text.</summary>
    public List<int> Before { get; } = [];

    /// <summary>Gets the ids behind every text.</summary>
    public List<int> After { get; } = [];

    /// <summary>Adds a token with the id that the vocabulary has for it or, new to the vocabulary, the next free one; a token that is there already is replaced.</summary>
    /// <remarks>The next free id is counted as Hugging Face counts it: the number of tokens in the vocabulary, or one more than the largest added one.</remarks>
    public void Add(AddedToken token)
    {
        int id = _addedTokens.TryGetValue(token.Content, out (AddedToken Token, int Id) added) ? added.Id
            : Vocabulary.TryGetValue(token.Content, out int known) ? known
            : Math.Max(Vocabulary.Count, _largestAddedId + 1);
        _largestAddedId = Math.Max(_largestAddedId, id);
        _addedTokens[token.Content] = (token, id);
    }

    /// <summary>Gets a value indicating whether a token has been added already.</summary>
    public bool Contains(AddedToken token) => _addedTokens.ContainsKey(token.Content);

    /// <summary>Makes the tokenizer.</summary>
    public SentenceTokenizer Create(int? modelMaximumLength)
    {
        if (!Vocabulary.ContainsKey(Options.UnknownToken))
        {
            throw new InvalidDataException($"{VocabularyFile}: the unknown token '{Excerpt.Of(Options.UnknownToken)}' is not in the vocabulary.");
        }

        int largest = Vocabulary.Values.Concat(AddedTokens.Select(added => added.Id)).Concat(Before).Concat(After).Max();
        return new SentenceTokenizer(new BertWordPieceTokenizer(Vocabulary, AddedTokens, Options), Before, After, largest + 1, modelMaximumLength);
    }
}
