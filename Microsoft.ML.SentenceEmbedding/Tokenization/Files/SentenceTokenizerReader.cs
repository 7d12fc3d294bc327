namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Makes a model directory's tokenizer from its files, as sentence-transformers does.</summary>
internal static class SentenceTokenizerReader
{
    /// <summary>Reads tokenizer.json, or vocab.txt where there is none, and then tokenizer_config.json.</summary>
    /// <exception cref="FileNotFoundException">There is neither tokenizer.json nor vocab.txt.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    /// <exception cref="NotSupportedException">The files describe a kind of tokenizer that this library does not have.</exception>
    public static SentenceTokenizer Read(TokenizerFiles files)
    {
        string file = $"{files.DirectoryName}/tokenizer.json";
        if (files.IsTokenizerJsonAlone)
        {
            TokenizerDefinition alone = TokenizerJson.Read(RequireTokenizerJson(files, file), file, files.MaximumVocabularySize);
            alone.Before.Clear();
            alone.After.Clear();
            return alone.Create(modelMaximumLength: null);
        }

        var configuration = new TokenizerConfiguration(files.TokenizerConfigJson, $"{files.DirectoryName}/tokenizer_config.json", files.ModelType);
        TokenizerDefinition definition = files.TokenizerJson is { } content
            ? TokenizerJson.Read(content, file, files.MaximumVocabularySize)
            : ReadVocabularyText(files, configuration);
        configuration.Apply(definition);
        if (files.LowerCaseFirst)
        {
            definition.Pipeline.LowercaseFirst();
        }

        return definition.Create(configuration.ModelMaximumLength);
    }

    private static ReadOnlyMemory<byte> RequireTokenizerJson(TokenizerFiles files, string file) =>
        files.TokenizerJson ?? throw new FileNotFoundException($"{files.DirectoryName}: there is no tokenizer.json; a StaticEmbedding needs it.", file);

    private static TokenizerDefinition ReadVocabularyText(TokenizerFiles files, TokenizerConfiguration configuration)
    {
        string file = $"{files.DirectoryName}/vocab.txt";
        if (files.VocabTxt is not { } content)
        {
            throw new FileNotFoundException($"{files.DirectoryName}: there is neither tokenizer.json nor vocab.txt; a BERT model needs one of them.", file);
        }

        using var stream = new MemoryStream(content.ToArray(), writable: false);
        var pipeline = new WordPiecePipeline();
        var definition = new TokenizerDefinition
        {
            Pipeline = pipeline,
            Vocabulary = VocabularyText.Read(stream, file, files.MaximumVocabularySize),
            VocabularyFile = file,
            MaximumSize = files.MaximumVocabularySize,
        };
        if (files.AddedTokensJson is { } added && !configuration.HasAddedTokens)
        {
            RequireKnown(JsonItem.Parse(added, $"{files.DirectoryName}/added_tokens.json"), definition.Vocabulary);
        }

        pipeline.Options.UnknownToken = configuration.SpecialToken("unk_token", definition)?.Content ?? pipeline.Options.UnknownToken;
        definition.SetFrame(configuration.RequiredId("cls_token", definition), configuration.RequiredId("sep_token", definition));
        return definition;
    }

    // The file gives ids but does not say how its tokens are looked for.
    private static void RequireKnown(JsonItem addedTokens, Dictionary<string, int> vocabulary)
    {
        foreach ((string token, JsonItem id) in addedTokens.Properties())
        {
            if (!vocabulary.TryGetValue(token, out int known) || known != id.Integer(0, int.MaxValue))
            {
                throw id.Unsupported("tokens of vocab.txt with their ids there; for others, save the model with a tokenizer.json");
            }
        }
    }
}
