namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads a sentence-transformers directory, or a plain transformers one, into a <see cref="SentenceModel"/>.</summary>
internal static class SentenceModelReader
{
    /// <summary>Reads everything but the weights' elements, and checks that all of it fits together.</summary>
    public static SentenceModel Read(ModelDirectory directory)
    {
        IReadOnlyList<ModuleEntry>? entries = directory.Contains("modules.json") ? ModuleEntry.ReadAll(directory.Open("modules.json")) : null;
        if (entries is { Count: 0 })
        {
            throw new InvalidDataException($"{directory.Open("modules.json").Name} lists no modules.");
        }

        if (entries is not null && entries[0].Name != "Transformer")
        {
            throw entries[0].Type.Unsupported("Transformer as the first module");
        }

        // Without modules.json Python looks at no other file of sentence-transformers either.
        string folder = entries?[0].Folder ?? string.Empty;
        SentenceSettings settings = entries is not null && directory.Contains("config_sentence_transformers.json")
            ? SentenceSettings.Read(directory.Open("config_sentence_transformers.json"))
            : SentenceSettings.None;
        TransformerSettings transformer = entries is null ? new TransformerSettings(null, false) : TransformerSettings.Read(directory, folder);

        ModelFile configuration = directory.Open(ModelPath.Combine(folder, "config.json"));
        BertConfiguration encoder = BertReader.ReadConfiguration(configuration);

        // Before the tokenizer: from here on vocab_size, which is what its files may fill, is known to be that of the embeddings.
        TensorCollection weights = BertReader.ReadWeights(directory, folder, encoder);
        SentenceTokenizer tokenizer = ReadTokenizer(directory, folder, configuration, transformer.LowerCase, encoder.VocabularySize);
        int maximumTokens = ReadMaximumTokens(transformer, tokenizer, encoder, configuration.Name);
        int dimensions = encoder.HiddenSize;
        IReadOnlyList<SentenceModule> modules = entries is null
            ? [new PoolingModule([PoolingMode.Mean], IncludePrompt: true)]
            : SentenceModuleReader.Read(directory, entries.Skip(1), encoder.HiddenSize, out dimensions);
        if (modules.Count == 0)
        {
            throw new NotSupportedException($"{directory.Name}: modules.json has no Pooling module, so that a text has no single vector.");
        }

        return new SentenceModel(directory, folder, encoder, weights, tokenizer, maximumTokens, modules, dimensions, settings);
    }

    private static SentenceTokenizer ReadTokenizer(ModelDirectory directory, string folder, ModelFile configuration, bool lowerCaseFirst, int maximumVocabularySize)
    {
        ReadOnlyMemory<byte>? tokenizerJson = ReadOptional("tokenizer.json");
        ReadOnlyMemory<byte>? vocabulary = tokenizerJson is null ? ReadOptional("vocab.txt") : null;
        if (tokenizerJson is null && vocabulary is null)
        {
            string place = ModelPath.Combine(directory.Name, folder).TrimEnd('/');
            throw new FileNotFoundException($"{place} has no tokenizer: neither tokenizer.json nor vocab.txt.", ModelPath.Combine(folder, "tokenizer.json"));
        }

        return SentenceTokenizerReader.Read(new TokenizerFiles
        {
            DirectoryName = configuration.Name[..^"/config.json".Length],
            TokenizerJson = tokenizerJson,
            TokenizerConfigJson = ReadOptional("tokenizer_config.json"),
            VocabTxt = vocabulary,
            AddedTokensJson = vocabulary is null ? null : ReadOptional("added_tokens.json"),
            ModelType = configuration.ReadJson().Find("model_type")?.Text(),
            MaximumVocabularySize = maximumVocabularySize,
            LowerCaseFirst = lowerCaseFirst,
        });

        ReadOnlyMemory<byte>? ReadOptional(string name)
        {
            string path = ModelPath.Combine(folder, name);

            // A bare null would become an empty memory: byte[] converts to it.
            return directory.Contains(path) ? directory.Open(path).ReadAll() : default(ReadOnlyMemory<byte>?);
        }
    }

    // sentence_bert_config.json wins, even over a smaller limit of the tokenizer; else the smaller of the tokenizer's and the encoder's.
    private static int ReadMaximumTokens(TransformerSettings settings, SentenceTokenizer tokenizer, BertConfiguration encoder, string configurationName)
    {
        // Python would fail with an index error at the first long text.
        int maximum = settings.MaximumTokens?.Integer(1, int.MaxValue) ?? Math.Min(tokenizer.ModelMaximumLength ?? int.MaxValue, encoder.MaximumPositions);
        if (maximum > encoder.MaximumPositions)
        {
            throw settings.MaximumTokens!.Error($"at most {encoder.MaximumPositions}, the max_position_embeddings of {configurationName}");
        }

        if (maximum >= tokenizer.SpecialTokenCount)
        {
            return maximum;
        }

        throw settings.MaximumTokens is { } item
            ? item.Error($"at least {tokenizer.SpecialTokenCount}, the number of the tokenizer's special tokens")
            : new InvalidDataException($"{configurationName}: the model's maximum length of {maximum} tokens leaves no room for the tokenizer's {tokenizer.SpecialTokenCount} special tokens.");
    }
}
