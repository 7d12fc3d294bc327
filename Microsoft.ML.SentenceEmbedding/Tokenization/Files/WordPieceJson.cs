namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads tokenizer.json as far as it describes a BERT tokenizer: WordPiece with its normalizer and pre-tokenizer.</summary>
internal static class WordPieceJson
{
    // A word is looked at as a whole, and unknown ones count as a single token however long they are; published models have 100.
    private const int LongestWord = 10_000;

    /// <summary>Reads the model and what comes before it.</summary>
    public static TokenizerDefinition Read(JsonItem root, string file, int maximumSize)
    {
        JsonItem model = root.Get("model");
        var pipeline = new WordPiecePipeline();
        var definition = new TokenizerDefinition
        {
            Pipeline = pipeline,
            Vocabulary = VocabularyJson.Read(model.Get("vocab"), maximumSize),
            VocabularyFile = file,
            MaximumSize = maximumSize,
        };
        BertWordPieceOptions options = pipeline.Options;
        JsonItem unknownToken = model.Get("unk_token");
        options.UnknownToken = unknownToken.Text() is { Length: > 0 } name ? name : throw unknownToken.Error("a token");
        options.ContinuingSubwordPrefix = model.Find("continuing_subword_prefix")?.Text() ?? options.ContinuingSubwordPrefix;
        options.MaximumWordLength = model.Find("max_input_chars_per_word")?.Integer(1, LongestWord) ?? options.MaximumWordLength;
        options.CleanUpDecodedText = root.Find("decoder")?.Find("cleanup")?.Flag() ?? true;
        ReadNormalizer(root.Find("normalizer"), options);
        JsonItem preTokenizer = root.Find("pre_tokenizer")?.Find("type") ?? throw root.UnsupportedWithout("pre_tokenizer.type", "BertPreTokenizer");
        return preTokenizer.Text() == "BertPreTokenizer" ? definition : throw preTokenizer.Unsupported("BertPreTokenizer");
    }

    /// <summary>Reads null, BertNormalizer, Lowercase, or a sequence of them with at most one BertNormalizer.</summary>
    private static void ReadNormalizer(JsonItem? normalizer, BertWordPieceOptions options)
    {
        options.CleanText = false;
        options.SeparateChineseCharacters = false;
        options.StripAccents = false;
        options.Lowercase = false;
        if (normalizer is null)
        {
            return;
        }

        bool isSequence = normalizer.Get("type").Text() == "Sequence";
        bool hasBert = false;
        foreach (JsonItem step in isSequence ? normalizer.Get("normalizers").Items() : [normalizer])
        {
            switch (step.Get("type").Text())
            {
                case "Lowercase":
                    // Behind BertNormalizer it is the same as lower-casing at its end.
                    options.LowercaseFirst |= !hasBert;
                    options.Lowercase |= hasBert;
                    break;
                case "BertNormalizer" when !hasBert:
                    hasBert = true;
                    options.CleanText = step.Find("clean_text")?.Flag() ?? true;
                    options.SeparateChineseCharacters = step.Find("handle_chinese_chars")?.Flag() ?? true;
                    options.Lowercase = step.Find("lowercase")?.Flag() ?? true;
                    options.StripAccents = step.Find("strip_accents")?.Flag() ?? options.Lowercase;
                    break;
                default:
                    throw step.Get("type").Unsupported("one BertNormalizer, Lowercase");
            }
        }
    }
}
