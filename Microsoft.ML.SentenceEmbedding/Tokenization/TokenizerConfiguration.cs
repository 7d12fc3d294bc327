namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Applies tokenizer_config.json, whose settings, given or by default, take precedence over those of tokenizer.json.</summary>
/// <remarks>
/// BERT's tokenizer classes set lower-casing, accents and Chinese characters from this file or, where it or a key is missing, from their own defaults.
/// Only the classes that stand for "whatever tokenizer.json says" leave them alone.
/// </remarks>
internal sealed class TokenizerConfiguration
{
    private static readonly string[] GenericClasses = ["PreTrainedTokenizerFast", "TokenizersBackend"];
    private static readonly (string Key, string Default)[] SpecialTokens =
        [("unk_token", "[UNK]"), ("sep_token", "[SEP]"), ("pad_token", "[PAD]"), ("cls_token", "[CLS]"), ("mask_token", "[MASK]")];

    private readonly JsonItem? _root;
    private readonly string _file;
    private readonly bool _isGeneric;

    /// <summary>Initializes a new instance of the <see cref="TokenizerConfiguration"/> class; without the file, defaults apply.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="NotSupportedException">The tokenizer's class is another one.</exception>
    public TokenizerConfiguration(ReadOnlyMemory<byte>? content, string file)
    {
        _root = content is { } bytes ? JsonItem.Parse(bytes, file) : null;
        _file = file;
        if (_root?.Find("tokenizer_class") is { } name)
        {
            _isGeneric = GenericClasses.Contains(name.Text());
            if (name.Text().StartsWith("BertJapanese", StringComparison.Ordinal))
            {
                throw name.Unsupported("BertTokenizer and the like");
            }
        }

        if (_root?.Find("truncation_side") is { } side && side.Text() != "right")
        {
            throw side.Unsupported("right");
        }
    }

    /// <summary>Gets a value indicating whether the file describes the added tokens, so that added_tokens.json is not read.</summary>
    public bool HasAddedTokens => _root?.Find("added_tokens_decoder") is not null;

    /// <summary>Gets the longest input in ids, which had another name once; null where the file has none or the absurdly large number that stands for none.</summary>
    public int? ModelMaximumLength
    {
        get
        {
            return (_root?.Find("model_max_length") ?? _root?.Find("max_len")) is not { } item ? null : item.Number() switch
            {
                > int.MaxValue => null,
                >= 1 and double number when number == Math.Floor(number) => (int)number,
                _ => throw item.Error("a whole number from 1"),
            };
        }
    }

    /// <summary>Puts the file's settings into what tokenizer.json said.</summary>
    /// <exception cref="NotSupportedException">Long texts would lose their beginning: tokenizer.json says so, and this file nothing else.</exception>
    public void Apply(TokenizerDefinition definition)
    {
        if (definition.LeftTruncation is { } left && _root?.Find("truncation_side") is null)
        {
            throw left.Unsupported("Right");
        }

        if (!_isGeneric)
        {
            BertWordPieceOptions options = definition.Options;
            options.Lowercase = Flag("do_lower_case") ?? true;
            options.StripAccents = Flag("strip_accents") ?? options.Lowercase;
            options.SeparateChineseCharacters = Flag("tokenize_chinese_chars") ?? true;
        }

        foreach ((string _, JsonItem value) in _root?.Find("added_tokens_decoder")?.Properties() ?? [])
        {
            definition.Add(value);
        }

        foreach ((string key, string _) in SpecialTokens)
        {
            AddKnown(definition, SpecialToken(key));
        }

        foreach (JsonItem value in _root?.Find("additional_special_tokens")?.Items() ?? [])
        {
            AddKnown(definition, AddedTokenJson.Read(value, isSpecial: true));
        }
    }

    /// <summary>Gives a special token: the file's, or the default of BERT's class where the file or the key is missing.</summary>
    public AddedToken? SpecialToken(string key)
    {
        string? fallback = _isGeneric ? null : SpecialTokens.First(token => token.Key == key).Default;
        return AddedTokenJson.Read(_root?.Find(key), isSpecial: true) ?? (fallback is null ? null : new AddedToken(fallback));
    }

    /// <summary>Gives the id of a special token that a model without tokenizer.json needs.</summary>
    public int RequiredId(string key, TokenizerDefinition definition)
    {
        string token = SpecialToken(key)?.Content ?? throw new InvalidDataException($"{_file}: '{key}' is missing.");
        return definition.Vocabulary.TryGetValue(token, out int id)
            ? id
            : throw new InvalidDataException($"{definition.VocabularyFile}: the special token '{Excerpt.Of(token)}' ({(_root is not null ? _file : "by default")}, '{key}') is not in the vocabulary.");
    }

    private bool? Flag(string key) => _root?.Find(key)?.Flag();

    /// <summary>A special token that the vocabulary lacks would get an id that the model has no embedding for; such a token is not looked for.</summary>
    private static void AddKnown(TokenizerDefinition definition, AddedToken? token)
    {
        if (token is not null && definition.Vocabulary.ContainsKey(token.Content) && !definition.Contains(token))
        {
            definition.Add(token);
        }
    }
}
