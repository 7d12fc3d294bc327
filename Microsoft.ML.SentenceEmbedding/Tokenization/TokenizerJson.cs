namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads tokenizer.json, the file of Hugging Face tokenizers, as far as it describes a BERT tokenizer.</summary>
/// <remarks>Other kinds of models, normalizers and so on are refused where their type is read here. The file's own truncation and padding are not used.</remarks>
internal static class TokenizerJson
{
    // A word is looked at as a whole, and unknown ones count as a single token however long they are; published models have 100.
    private const int LongestWord = 10_000;

    // Around every text; published models have two.
    private const int MaximumSpecialTokens = 1000;

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="NotSupportedException">The file describes another kind of tokenizer.</exception>
    public static TokenizerDefinition Read(ReadOnlyMemory<byte> content, string file, int maximumSize)
    {
        var root = JsonItem.Parse(content, file);
        RequireType(root, "model", "WordPiece");
        JsonItem model = root.Get("model");
        var definition = new TokenizerDefinition { Vocabulary = ReadVocabulary(model.Get("vocab"), maximumSize), VocabularyFile = file, MaximumSize = maximumSize };
        BertWordPieceOptions options = definition.Options;
        JsonItem unknownToken = model.Get("unk_token");
        options.UnknownToken = unknownToken.Text() is { Length: > 0 } name ? name : throw unknownToken.Error("a token");
        options.ContinuingSubwordPrefix = model.Find("continuing_subword_prefix")?.Text() ?? options.ContinuingSubwordPrefix;
        options.MaximumWordLength = model.Find("max_input_chars_per_word")?.Integer(1, LongestWord) ?? options.MaximumWordLength;
        options.CleanUpDecodedText = root.Find("decoder")?.Find("cleanup")?.Flag() ?? true;

        ReadNormalizer(root.Find("normalizer"), options);
        RequireType(root, "pre_tokenizer", "BertPreTokenizer");
        foreach (JsonItem token in root.Find("added_tokens")?.Items() ?? [])
        {
            _ = token.Get("id").Integer(0, int.MaxValue - 1);
            definition.Add(token);
        }

        definition.LeftTruncation = root.Find("truncation")?.Find("direction") is { } direction && direction.Text() != "Right" ? direction : null;
        ReadPostProcessor(root.Find("post_processor"), definition);
        return definition;
    }

    /// <summary>Requires a part of the file to be of a type; a file without the part is another kind of tokenizer.</summary>
    private static void RequireType(JsonItem root, string part, string type)
    {
        JsonItem found = root.Find(part)?.Find("type") ?? throw root.UnsupportedWithout($"{part}.type", type);
        if (found.Text() != type)
        {
            throw found.Unsupported(type);
        }
    }

    private static Dictionary<string, int> ReadVocabulary(JsonItem vocabulary, int maximumSize)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var taken = new HashSet<int>();
        foreach ((string token, int id) in vocabulary.Integers(0, maximumSize - 1))
        {
            if (!taken.Add(id))
            {
                throw vocabulary.Get(token).Error("an id that no other token has");
            }

            if (token.Length > WordPieceVocabulary.LongestPiece)
            {
                throw vocabulary.Get(token).Error($"the id of a token of at most {WordPieceVocabulary.LongestPiece} characters");
            }

            if (!ids.TryAdd(token, id))
            {
                throw vocabulary.Get(token).Error("there only once");
            }
        }

        return ids;
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

    private static void ReadPostProcessor(JsonItem? processor, TokenizerDefinition definition)
    {
        if (processor is null)
        {
            return;
        }

        switch (processor.Get("type").Text())
        {
            case "TemplateProcessing":
                ReadTemplate(processor, definition);
                break;
            case "BertProcessing" or "RobertaProcessing":
                definition.Before.Add(definition.ReadId(SecondItem(processor.Get("cls"))));
                definition.After.Add(definition.ReadId(SecondItem(processor.Get("sep"))));
                break;
            default:
                throw processor.Get("type").Unsupported("TemplateProcessing, BertProcessing, RobertaProcessing");
        }
    }

    /// <summary>Reads the template for a single text: special tokens, the text once, special tokens.</summary>
    private static void ReadTemplate(JsonItem processor, TokenizerDefinition definition)
    {
        bool seenText = false;
        JsonItem template = processor.Get("single");
        JsonItem[] parts = [.. template.Items().Take(MaximumSpecialTokens + 2)];
        Dictionary<string, JsonItem> specialTokens = FindSpecialTokens(processor, parts);
        foreach (JsonItem part in parts)
        {
            JsonItem? special = part.Find("SpecialToken");
            JsonItem piece = special ?? part.Get("Sequence");
            string name = piece.Get("id").Text();
            if (piece.Find("type_id") is { } type && type.Integer(0, int.MaxValue) != 0)
            {
                throw type.Unsupported("0");
            }

            if (special is not null)
            {
                JsonItem token = specialTokens.TryGetValue(name, out JsonItem? found) ? found : processor.Get("special_tokens").Get(name);
                List<int> ids = seenText ? definition.After : definition.Before;
                ids.AddRange(token.Get("ids").Items().Take(MaximumSpecialTokens + 1).Select(definition.ReadId));
            }
            else if (name == "A" && !seenText)
            {
                seenText = true;
            }
            else
            {
                throw part.Unsupported("the sequence A once");
            }

            if (definition.Before.Count + definition.After.Count > MaximumSpecialTokens)
            {
                throw template.Error($"a template of at most {MaximumSpecialTokens} special tokens");
            }
        }

        if (!seenText || parts.Length > MaximumSpecialTokens + 1)
        {
            throw template.Error($"a template with the sequence A and at most {MaximumSpecialTokens} special tokens");
        }
    }

    /// <summary>Reads the descriptions of the special tokens once, which may be many more than the template uses.</summary>
    private static Dictionary<string, JsonItem> FindSpecialTokens(JsonItem processor, JsonItem[] parts)
    {
        HashSet<string> names = [.. parts.Select(part => part.Find("SpecialToken")?.Get("id").Text()).OfType<string>()];
        var found = new Dictionary<string, JsonItem>(StringComparer.Ordinal);
        foreach ((string name, JsonItem token) in processor.Find("special_tokens")?.Properties() ?? [])
        {
            if (names.Contains(name))
            {
                found[name] = token;
            }
        }

        return found;
    }

    private static JsonItem SecondItem(JsonItem pair)
    {
        JsonItem[] items = [.. pair.Items().Take(3)];
        return items.Length == 2 ? items[1] : throw pair.Error("a token and its id");
    }
}
