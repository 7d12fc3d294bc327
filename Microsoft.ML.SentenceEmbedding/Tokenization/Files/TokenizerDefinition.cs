namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What a model directory's files say about its tokenizer, before one is made of it.</summary>
internal sealed class TokenizerDefinition
{
    private readonly Dictionary<string, NumberedToken> _addedTokens = new(StringComparer.Ordinal);
    private int _largestAddedId = -1;

    /// <summary>Gets the way from text to ids.</summary>
    public required ITokenizerPipeline Pipeline { get; init; }

    /// <summary>Gets the model's own vocabulary.</summary>
    public required Dictionary<string, int> Vocabulary { get; init; }

    /// <summary>Gets how many ids the model has embeddings for.</summary>
    public required int MaximumSize { get; init; }

    /// <summary>Gets the name of the file that the vocabulary comes from.</summary>
    public required string VocabularyFile { get; init; }

    /// <summary>Gets the added tokens with their ids, each content once.</summary>
    public IReadOnlyCollection<NumberedToken> AddedTokens => _addedTokens.Values;

    /// <summary>Gets the ids in front of every text.</summary>
    public List<int> Before { get; } = [];

    /// <summary>Gets the ids behind every text.</summary>
    public List<int> After { get; } = [];

    /// <summary>Gets or sets where tokenizer.json says that long texts lose their beginning rather than their end, or null.</summary>
    public JsonItem? LeftTruncation { get; set; }

    /// <summary>Adds the token that a file describes, if it is not empty.</summary>
    /// <exception cref="InvalidDataException">There is no room for it in the vocabulary.</exception>
    public void Add(JsonItem item)
    {
        if (AddedTokenJson.Read(item) is not { } token)
        {
            return;
        }

        Add(token);
        if (_largestAddedId >= MaximumSize)
        {
            throw item.Error($"one of at most {MaximumSize} tokens, the model's vocab_size");
        }
    }

    /// <summary>Adds a token with the id that the vocabulary has for it or, new to the vocabulary, the next free one; a token that is there already is replaced.</summary>
    /// <remarks>The next free id is counted as Hugging Face counts it: the number of tokens in the vocabulary, or one more than the largest added one.</remarks>
    public void Add(AddedToken token)
    {
        int id = FindId(token.Content) ?? Math.Max(Vocabulary.Count, _largestAddedId + 1);
        _largestAddedId = Math.Max(_largestAddedId, id);
        _addedTokens[token.Content] = new NumberedToken(token, id);
    }

    /// <summary>Gets the id of an added token or of one in the vocabulary, or null.</summary>
    public int? FindId(string content) => _addedTokens.TryGetValue(content, out NumberedToken? added) ? added.Id
        : Vocabulary.TryGetValue(content, out int known) ? known
        : null;

    /// <summary>Reads the id of a token that the vocabulary has room for.</summary>
    public int ReadId(JsonItem item) => item.Integer(0, MaximumSize - 1);

    /// <summary>Gets a value indicating whether a token has been added already.</summary>
    public bool Contains(AddedToken token) => _addedTokens.ContainsKey(token.Content);

    /// <summary>Sets the one token in front of every text and the one behind it.</summary>
    public void SetFrame(int before, int after)
    {
        Before.Clear();
        Before.Add(before);
        After.Clear();
        After.Add(after);
    }

    /// <summary>Makes the tokenizer.</summary>
    public SentenceTokenizer Create(int? modelMaximumLength)
    {
        var tokenizer = Pipeline.CreateTokenizer(this);
        int largest = Vocabulary.Values.Concat(AddedTokens.Select(added => added.Id)).Concat(Before).Concat(After).Max();
        return new SentenceTokenizer(tokenizer, Before, After, largest + 1, modelMaximumLength);
    }
}
