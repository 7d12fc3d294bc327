namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads tokenizer.json, the file of Hugging Face tokenizers, as far as it describes a BERT tokenizer.</summary>
/// <remarks>Other kinds of models, normalizers and so on are refused where their type is read here. The file's own truncation and padding are not used.</remarks>
internal static class TokenizerJson
{
    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="NotSupportedException">The file describes another kind of tokenizer.</exception>
    public static TokenizerDefinition Read(ReadOnlyMemory<byte> content, string file)
    {
        JsonValue root = JsonValue.Parse(content, file);
        JsonValue model = root["model"];
        RequireType(model, "WordPiece");
        var definition = new TokenizerDefinition { Vocabulary = ReadVocabulary(model["vocab"]), VocabularyFile = file };
        BertWordPieceOptions options = definition.Options;
        options.UnknownToken = model["unk_token"].GetString();
        options.ContinuingSubwordPrefix = model["continuing_subword_prefix"].IsNull ? options.ContinuingSubwordPrefix : model["continuing_subword_prefix"].GetString();
        JsonValue maximum = model["max_input_chars_per_word"];
        options.MaximumWordLength = maximum.IsNull ? options.MaximumWordLength : maximum.GetPositive();
        options.CleanUpDecodedText = !root["decoder"].IsObject || root["decoder"]["cleanup"].GetBoolean(absent: true);

        ReadNormalizer(root["normalizer"], options);
        RequireType(root["pre_tokenizer"], "BertPreTokenizer");
        foreach (JsonValue token in root["added_tokens"].Items())
        {
            _ = token["id"].GetId();
            if (AddedTokenJson.Read(token) is { } addedToken)
            {
                definition.Add(addedToken);
            }
        }

        ReadPostProcessor(root["post_processor"], definition);
        return definition;
    }

    private static void RequireType(JsonValue value, string type)
    {
        if (value["type"].IsNull || value["type"].GetString() != type)
        {
            throw value["type"].NotSupported(type);
        }
    }

    private static Dictionary<string, int> ReadVocabulary(JsonValue vocabulary)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var taken = new HashSet<int>();
        foreach ((string token, JsonValue value) in vocabulary.Properties())
        {
            int id = value.GetId();
            if (!taken.Add(id))
            {
                throw value.Bad("an id that no other token has");
            }

            if (!ids.TryAdd(token, id))
            {
                throw value.Bad("there only once");
            }
        }

        return ids;
    }

    /// <summary>Reads null, BertNormalizer, Lowercase, or a sequence of them with at most one BertNormalizer.</summary>
    private static void ReadNormalizer(JsonValue normalizer, BertWordPieceOptions options)
    {
        options.CleanText = false;
        options.SeparateChineseCharacters = false;
        options.StripAccents = false;
        options.Lowercase = false;
        if (normalizer.IsNull)
        {
            return;
        }

        bool isSequence = normalizer["type"].GetString() == "Sequence";
        bool hasBert = false;
        foreach (JsonValue step in isSequence ? normalizer["normalizers"].Items() : [normalizer])
        {
            switch (step["type"].GetString())
            {
                case "Lowercase":
                    // Behind BertNormalizer it is the same as lower-casing at its end.
                    options.LowercaseFirst |= !hasBert;
                    options.Lowercase |= hasBert;
                    break;
                case "BertNormalizer" when !hasBert:
                    hasBert = true;
                    options.CleanText = step["clean_text"].GetBoolean(absent: true);
                    options.SeparateChineseCharacters = step["handle_chinese_chars"].GetBoolean(absent: true);
                    options.Lowercase = step["lowercase"].GetBoolean(absent: true);
                    options.StripAccents = step["strip_accents"].GetBoolean(absent: options.Lowercase);
                    break;
                default:
                    throw step["type"].NotSupported("one BertNormalizer, Lowercase");
            }
        }
    }

    private static void ReadPostProcessor(JsonValue processor, TokenizerDefinition definition)
    {
        if (processor.IsNull)
        {
            return;
        }

        switch (processor["type"].GetString())
        {
            case "TemplateProcessing":
                ReadTemplate(processor, definition);
                break;
            case "BertProcessing" or "RobertaProcessing":
                definition.Before.Add(SecondItem(processor["cls"]).GetId());
                definition.After.Add(SecondItem(processor["sep"]).GetId());
                break;
            default:
                throw processor["type"].NotSupported("TemplateProcessing, BertProcessing, RobertaProcessing");
        }
    }

    /// <summary>Reads the template for a single text: special tokens, the text once, special tokens.</summary>
    private static void ReadTemplate(JsonValue processor, TokenizerDefinition definition)
    {
        bool seenText = false;
        foreach (JsonValue part in processor["single"].Items())
        {
            JsonValue special = part["SpecialToken"];
            JsonValue type = (special.IsNull ? part["Sequence"] : special)["type_id"];
            if (!type.IsNull && type.GetId() != 0)
            {
                throw type.NotSupported("0");
            }

            if (!special.IsNull)
            {
                JsonValue ids = processor["special_tokens"][special["id"].GetString()]["ids"];
                (seenText ? definition.After : definition.Before).AddRange(ids.IsNull ? throw ids.Bad("an array") : ids.Items().Select(id => id.GetId()));
            }
            else if (part["Sequence"]["id"].GetString() == "A" && !seenText)
            {
                seenText = true;
            }
            else
            {
                throw part.NotSupported("the sequence A once");
            }
        }

        if (!seenText)
        {
            throw processor["single"].Bad("a template with the sequence A");
        }
    }

    private static JsonValue SecondItem(JsonValue pair)
    {
        JsonValue[] items = [.. pair.Items()];
        return items.Length == 2 ? items[1] : throw pair.Bad("a token and its id");
    }
}
