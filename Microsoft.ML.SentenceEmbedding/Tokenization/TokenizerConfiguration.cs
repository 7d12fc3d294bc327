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

    private readonly JsonValue _root;
    private readonly string _file;
    private readonly bool _isPresent;
    private readonly bool _isGeneric;

    /// <summary>Initializes a new instance of the <see cref="TokenizerConfiguration"/> class; without the file, defaults apply.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="NotSupportedException">The tokenizer's class is another one.</exception>
    public TokenizerConfiguration(ReadOnlyMemory<byte>? content, string file)
    {
        _root = content is { } bytes ? JsonValue.Parse(bytes, file) : default;
        _file = file;
        _isPresent = content is not null;
        JsonValue name = _root["tokenizer_class"];
        _isGeneric = !name.IsNull && GenericClasses.Contains(name.GetString());
        if (!name.IsNull && name.GetString().StartsWith("BertJapanese", StringComparison.Ordinal))
        {
            throw name.NotSupported("BertTokenizer and the like");
        }

        JsonValue side = _root["truncation_side"];
        if (!side.IsNull && side.GetString() != "right")
        {
            throw side.NotSupported("right");
        }
    }

    /// <summary>Gets the longest input in ids; null where the file has none or the absurdly large number that stands for none.</summary>
    public int? ModelMaximumLength
    {
        get
        {
            JsonValue value = _root["model_max_length"];
            double? number = value.GetNumber();
            return number switch
            {
                null or > int.MaxValue => null,
                >= 1 when number == Math.Floor(number.Value) => (int)number,
                _ => throw value.Bad("a whole number from 1"),
            };
        }
    }

    /// <summary>Puts the file's settings into what tokenizer.json said.</summary>
    public void Apply(TokenizerDefinition definition)
    {
        if (!_isGeneric)
        {
            BertWordPieceOptions options = definition.Options;
            options.Lowercase = _root["do_lower_case"].GetBoolean(absent: true);
            options.StripAccents = _root["strip_accents"].GetBoolean(absent: options.Lowercase);
            options.SeparateChineseCharacters = _root["tokenize_chinese_chars"].GetBoolean(absent: true);
        }

        foreach ((string _, JsonValue value) in _root["added_tokens_decoder"].IsNull ? [] : _root["added_tokens_decoder"].Properties())
        {
            if (AddedTokenJson.Read(value) is { } token)
            {
                definition.Add(token);
            }
        }

        foreach ((string key, string _) in SpecialTokens)
        {
            AddKnown(definition, SpecialToken(key));
        }

        foreach (JsonValue value in _root["additional_special_tokens"].Items())
        {
            AddKnown(definition, AddedTokenJson.Read(value, isSpecial: true));
        }
    }

    /// <summary>Gives a special token: the file's, or the default of BERT's class where the file or the key is missing.</summary>
    public AddedToken? SpecialToken(string key)
    {
        string? fallback = _isGeneric ? null : SpecialTokens.First(token => token.Key == key).Default;
        return AddedTokenJson.Read(_root[key], isSpecial: true) ?? (fallback is null ? null : new AddedToken(fallback));
    }

    /// <summary>Gives the id of a special token that a model without tokenizer.json needs.</summary>
    public int RequiredId(string key, TokenizerDefinition definition)
    {
        string token = SpecialToken(key)?.Content ?? throw new InvalidDataException($"{_file}: '{key}' is missing.");
        return definition.Vocabulary.TryGetValue(token, out int id)
            ? id
            : throw new InvalidDataException($"{definition.VocabularyFile}: the special token '{token}' ({(_isPresent ? _file : "by default")}, '{key}') is not in the vocabulary.");
    }

    /// <summary>A special token that the vocabulary lacks would get an id that the model has no embedding for; such a token is not looked for.</summary>
    private static void AddKnown(TokenizerDefinition definition, AddedToken? token)
    {
        if (token is not null && definition.Vocabulary.ContainsKey(token.Content) && !definition.Contains(token))
        {
            definition.Add(token);
        }
    }
}
