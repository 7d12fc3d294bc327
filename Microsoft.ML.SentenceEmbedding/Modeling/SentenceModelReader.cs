namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads a sentence-transformers directory, or a plain transformers one, into a <see cref="SentenceModel"/>.</summary>
internal static class SentenceModelReader
{
    private static readonly PoolingModule MeanPooling = new([PoolingMode.Mean], IncludePrompt: true);

    /// <summary>Reads everything but the weights' elements, and checks that all of it fits together.</summary>
    public static SentenceModel Read(ModelDirectory directory)
    {
        IReadOnlyList<ModuleEntry>? entries = directory.Contains("modules.json") ? ModuleEntry.ReadAll(directory.Open("modules.json")) : null;
        if (entries is { Count: 0 })
        {
            throw new InvalidDataException($"{directory.Open("modules.json").Name} lists no modules.");
        }

        bool isStatic = entries is [{ Name: "StaticEmbedding" }, ..];
        if (entries is not null && !isStatic && entries[0].Name != "Transformer")
        {
            throw entries[0].Type.Unsupported("Transformer or StaticEmbedding as the first module");
        }

        // Without modules.json Python looks at no other file of sentence-transformers either.
        string folder = entries?[0].Folder ?? string.Empty;
        SentenceSettings settings = entries is not null && directory.Contains("config_sentence_transformers.json")
            ? SentenceSettings.Read(directory.Open("config_sentence_transformers.json"))
            : SentenceSettings.None;
        if (isStatic)
        {
            return ReadStatic(directory, folder, entries!, settings);
        }

        TransformerSettings transformer = entries is null ? new TransformerSettings(null, false) : TransformerSettings.Read(directory, folder);

        ModelFile configuration = directory.Open(ModelPath.Combine(folder, "config.json"));

        // Before the tokenizer: from here on vocab_size, which is what its files may fill, is known to be that of the embeddings.
        EncoderConfiguration encoder = ReadEncoder(directory, folder, configuration, entries, out TensorCollection weights);
        SentenceTokenizer tokenizer = ReadTokenizer(directory, folder, configuration, transformer.LowerCase, encoder.VocabularySize);
        int maximumTokens = ReadMaximumTokens(transformer, tokenizer, encoder, configuration.Name);
        IReadOnlyList<SentenceModule> modules = ReadModules(directory, entries, encoder, out int dimensions);
        return new SentenceModel(directory, folder, encoder, weights, tokenizer, maximumTokens, modules, dimensions, settings);
    }

    // Safetensors win where there is an ONNX file too: their graph is made for this library.
    private static EncoderConfiguration ReadEncoder(ModelDirectory directory, string folder, ModelFile configuration, IReadOnlyList<ModuleEntry>? entries, out TensorCollection weights)
    {
        if (OnnxReader.Find(directory, folder) is { } file)
        {
            weights = TensorCollection.Empty(file);
            return OnnxReader.ReadConfiguration(configuration, file, entries?[^1].Name == "Normalize");
        }

        EncoderConfiguration encoder = EncoderReader.ReadConfiguration(configuration);
        weights = EncoderReader.ReadWeights(directory, folder, encoder);
        return encoder;
    }

    private static IReadOnlyList<SentenceModule> ReadModules(ModelDirectory directory, IReadOnlyList<ModuleEntry>? entries, EncoderConfiguration encoder, out int dimensions)
    {
        dimensions = encoder.HiddenSize;
        if (!encoder.GivesTokenVectors)
        {
            KeepFiles(directory, entries ?? []);
            return [];
        }

        IReadOnlyList<SentenceModule> modules = entries is null
            ? [MeanPooling]
            : SentenceModuleReader.Read(directory, entries.Skip(1), first: [], encoder.HiddenSize, out dimensions);
        return modules.Count > 0
            ? modules
            : throw new NotSupportedException($"{directory.Name}: modules.json has no Pooling module, so that a text has no single vector.");
    }

    // Nobody reads the files of modules that are inside an ONNX file, but modules.json names their folders: a model that is saved keeps them.
    private static void KeepFiles(ModelDirectory directory, IEnumerable<ModuleEntry> entries)
    {
        IEnumerable<string> paths = entries.Skip(1).SelectMany(entry => new[] { "config.json", TensorCollection.FileName }.Select(name => ModelPath.Combine(entry.Folder, name)));
        foreach (string path in paths.Where(directory.Contains))
        {
            directory.Open(path);
        }
    }

    // The module averages its rows itself, reads whole texts, and puts no special tokens around them.
    private static SentenceModel ReadStatic(ModelDirectory directory, string folder, IReadOnlyList<ModuleEntry> entries, SentenceSettings settings)
    {
        StaticEmbeddingConfiguration encoder = StaticEmbeddingReader.Read(directory, folder, out TensorCollection weights);
        SentenceTokenizer tokenizer = ReadTokenizer(directory, folder, configuration: null, lowerCaseFirst: false, encoder.VocabularySize);
        IReadOnlyList<SentenceModule> modules = SentenceModuleReader.Read(directory, entries.Skip(1), [MeanPooling], encoder.HiddenSize, out int dimensions);
        return new SentenceModel(directory, folder, encoder, weights, tokenizer, encoder.MaximumTokens, modules, dimensions, settings);
    }

    // Without a configuration tokenizer.json says everything.
    private static SentenceTokenizer ReadTokenizer(ModelDirectory directory, string folder, ModelFile? configuration, bool lowerCaseFirst, int maximumVocabularySize)
    {
        string place = ModelPath.Combine(directory.Name, folder).TrimEnd('/');
        ReadOnlyMemory<byte>? tokenizerJson = ReadOptional("tokenizer.json");
        ReadOnlyMemory<byte>? vocabulary = tokenizerJson is null ? ReadOptional("vocab.txt") : null;
        if (tokenizerJson is null && vocabulary is null)
        {
            throw new FileNotFoundException($"{place} has no tokenizer: neither tokenizer.json nor vocab.txt.", ModelPath.Combine(folder, "tokenizer.json"));
        }

        return SentenceTokenizerReader.Read(new TokenizerFiles
        {
            DirectoryName = place,
            TokenizerJson = tokenizerJson,
            TokenizerConfigJson = ReadOptional("tokenizer_config.json"),
            VocabTxt = vocabulary,
            AddedTokensJson = vocabulary is null ? null : ReadOptional("added_tokens.json"),
            ModelType = configuration?.ReadJson().Find("model_type")?.Text(),
            IsTokenizerJsonAlone = configuration is null,
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
    private static int ReadMaximumTokens(TransformerSettings settings, SentenceTokenizer tokenizer, EncoderConfiguration encoder, string configurationName)
    {
        // Python would fail with an index error at the first long text.
        int maximum = settings.MaximumTokens?.Integer(1, int.MaxValue) ?? Math.Min(tokenizer.ModelMaximumLength ?? int.MaxValue, encoder.MaximumTokens);
        if (maximum > encoder.MaximumTokens)
        {
            throw settings.MaximumTokens!.Error($"at most {encoder.MaximumTokens}, the max_position_embeddings of {configurationName}{(encoder is BertConfiguration { PaddingId: { } } or OnnxConfiguration { PaddingId: { } } ? " less those that stand for padding" : "")}");
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
