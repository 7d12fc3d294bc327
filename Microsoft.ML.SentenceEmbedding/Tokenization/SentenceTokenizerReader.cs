namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Makes a model directory's tokenizer from its files, as sentence-transformers does.</summary>
internal static class SentenceTokenizerReader
{
    /// <summary>Reads tokenizer.json, or vocab.txt where there is none, and then tokenizer_config.json.</summary>
    /// <exception cref="FileNotFoundException">There is neither tokenizer.json nor vocab.txt.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    /// <exception cref="NotSupportedException">The files describe something else than a BERT tokenizer.</exception>
    public static SentenceTokenizer Read(TokenizerFiles files)
    {
        var configuration = new TokenizerConfiguration(files.TokenizerConfigJson, $"{files.DirectoryName}/tokenizer_config.json");
        TokenizerDefinition definition = files.TokenizerJson is { } content
            ? TokenizerJson.Read(content, $"{files.DirectoryName}/tokenizer.json", files.MaximumVocabularySize)
            : ReadVocabularyText(files, configuration);
        configuration.Apply(definition);
        definition.Options.LowercaseFirst |= files.LowerCaseFirst;
        return definition.Create(configuration.ModelMaximumLength);
    }

    private static TokenizerDefinition ReadVocabularyText(TokenizerFiles files, TokenizerConfiguration configuration)
    {
        string file = $"{files.DirectoryName}/vocab.txt";
        if (files.VocabTxt is not { } content)
        {
            throw new FileNotFoundException($"{files.DirectoryName}: there is neither tokenizer.json nor vocab.txt; a BERT model needs one of them.", file);
        }

        using var stream = new MemoryStream(content.ToArray(), writable: false);
        var definition = new TokenizerDefinition
        {
            Vocabulary = VocabularyText.Read(stream, file, files.MaximumVocabularySize),
            VocabularyFile = file,
            MaximumSize = files.MaximumVocabularySize,
        };
        if (files.AddedTokensJson is { } added && !configuration.HasAddedTokens)
        {
            RequireKnown(JsonItem.Parse(added, $"{files.DirectoryName}/added_tokens.json"), definition.Vocabulary);
        }

        definition.Options.UnknownToken = configuration.SpecialToken("unk_token")?.Content ?? definition.Options.UnknownToken;
        definition.Before.Add(configuration.RequiredId("cls_token", definition));
        definition.After.Add(configuration.RequiredId("sep_token", definition));
        return definition;
    }

    // The file gives ids but does not say how its tokens are looked for.
    private static void RequireKnown(JsonItem addedTokens, IReadOnlyDictionary<string, int> vocabulary)
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
