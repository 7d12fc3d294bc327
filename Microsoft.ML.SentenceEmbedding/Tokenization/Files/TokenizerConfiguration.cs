namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Applies tokenizer_config.json, whose settings, given or by default, take precedence over those of tokenizer.json.</summary>
/// <remarks>
/// A tokenizer's class sets parts of the pipeline from this file or, where it or a key is missing, from its own defaults.
/// Only the classes that stand for "whatever tokenizer.json says" leave them alone.
/// </remarks>
internal sealed class TokenizerConfiguration
{
    // XLMRobertaTokenizer's, whatever tokenizer.json says.
    private const int XlmRobertaUnknownId = 3;

    private readonly JsonItem? _root;
    private readonly string _file;
    private readonly TokenizerClass _class;

    /// <summary>Initializes a new instance of the <see cref="TokenizerConfiguration"/> class; without the file, defaults apply.</summary>
    /// <param name="content">The file's content, or null.</param>
    /// <param name="file">Its name for messages.</param>
    /// <param name="modelType">config.json's model_type, or null where it is not known.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="NotSupportedException">The tokenizer's class is another one.</exception>
    public TokenizerConfiguration(ReadOnlyMemory<byte>? content, string file, string? modelType = null)
    {
        _root = content is { } bytes ? JsonItem.Parse(bytes, file) : null;
        _file = file;
        JsonItem? name = _root?.Find("tokenizer_class");
        if (name is not null && name.Text().StartsWith("BertJapanese", StringComparison.Ordinal))
        {
            throw name.Unsupported("BertTokenizer and the like");
        }

        _class = TokenizerClasses.Choose(name?.Text(), modelType);
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

        foreach ((string _, JsonItem value) in _root?.Find("added_tokens_decoder")?.Properties() ?? [])
        {
            definition.Add(value);
        }

        foreach ((string key, string? _) in TokenizerClasses.SpecialTokens(ClassOf(definition)))
        {
            AddKnown(definition, SpecialToken(key, definition));
        }

        foreach (JsonItem value in _root?.Find("additional_special_tokens")?.Items() ?? [])
        {
            AddKnown(definition, AddedTokenJson.Read(value, isSpecial: true));
        }

        switch (definition.Pipeline)
        {
            case WordPiecePipeline pipeline:
                ApplyBert(pipeline, definition);
                break;
            case BytePairPipeline pipeline:
                ApplyRoberta(pipeline, definition);
                break;
            case UnigramPipeline pipeline:
                ApplyXlmRoberta(pipeline, definition);
                break;
        }
    }

    /// <summary>Gives a special token: the file's, or the default of the tokenizer's class where the file or the key is missing.</summary>
    public AddedToken? SpecialToken(string key, TokenizerDefinition definition)
    {
        string? fallback = TokenizerClasses.SpecialTokens(ClassOf(definition)).First(token => token.Key == key).Default;
        return AddedTokenJson.Read(_root?.Find(key), isSpecial: true) ?? (fallback is null ? null : new AddedToken(fallback));
    }

    /// <summary>Gives the id of a special token that a model needs.</summary>
    public int RequiredId(string key, TokenizerDefinition definition)
    {
        string token = SpecialToken(key, definition)?.Content ?? throw new InvalidDataException($"{_file}: '{key}' is missing.");
        return definition.FindId(token)
            ?? throw new InvalidDataException($"{definition.VocabularyFile}: the special token '{Excerpt.Of(token)}' ({(_root is not null ? _file : "by default")}, '{key}') is not in the vocabulary.");
    }

    private void ApplyBert(WordPiecePipeline pipeline, TokenizerDefinition definition)
    {
        if (_class == TokenizerClass.Generic)
        {
            return;
        }

        BertWordPieceOptions options = pipeline.Options;
        options.Lowercase = Flag("do_lower_case") ?? true;
        options.StripAccents = Flag("strip_accents") ?? options.Lowercase;
        options.SeparateChineseCharacters = Flag("tokenize_chinese_chars") ?? true;
        if (_class == TokenizerClass.MpNet)
        {
            options.CleanText = true;
            options.UnknownToken = SpecialToken("unk_token", definition)!.Content;
            definition.SetFrame(RequiredId("cls_token", definition), RequiredId("sep_token", definition));
        }
    }

    private void ApplyRoberta(BytePairPipeline pipeline, TokenizerDefinition definition)
    {
        if (_class is not (TokenizerClass.Roberta or TokenizerClass.Gpt2))
        {
            return;
        }

        pipeline.Normalization.Clear();
        pipeline.PreTokenization = new PreTokenization(WordSplitting.BytePair, Flag("add_prefix_space") ?? false, Metaspace: null);
        pipeline.UnknownId = null;
        pipeline.FusesUnknown = false;
        pipeline.IgnoresMerges = false;
        if (_class == TokenizerClass.Roberta)
        {
            definition.SetFrame(RequiredId("cls_token", definition), RequiredId("sep_token", definition));
        }
    }

    private void ApplyXlmRoberta(UnigramPipeline pipeline, TokenizerDefinition definition)
    {
        if (_class != TokenizerClass.XlmRoberta)
        {
            return;
        }

        if (pipeline.Pieces.Count <= XlmRobertaUnknownId)
        {
            throw new InvalidDataException($"{definition.VocabularyFile}: the vocabulary has {pipeline.Pieces.Count} pieces, and the unknown one of XLMRobertaTokenizer is number {XlmRobertaUnknownId}.");
        }

        pipeline.Normalization.RemoveAll(step => step is not CharacterMapStep);
        PrependScheme scheme = Flag("add_prefix_space") ?? true ? PrependScheme.Always : PrependScheme.Never;
        pipeline.PreTokenization = new PreTokenization(WordSplitting.WhiteSpace, AddsSpaceInFront: false, new Metaspace('\u2581', scheme, Splits: true));
        pipeline.UnknownId = XlmRobertaUnknownId;
        pipeline.UsesBytes = false;
        definition.SetFrame(RequiredId("bos_token", definition), RequiredId("eos_token", definition));
    }

    // Without any hint a WordPiece model is a BERT, and any other is what tokenizer.json says.
    private TokenizerClass ClassOf(TokenizerDefinition definition) =>
        _class == TokenizerClass.Bert && definition.Pipeline is not WordPiecePipeline ? TokenizerClass.Generic : _class;

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
