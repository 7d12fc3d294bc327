namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads tokenizer.json's post-processor: the special tokens around a single text.</summary>
internal static class PostProcessorJson
{
    // Around every text; published models have two.
    private const int MaximumSpecialTokens = 1000;

    /// <summary>Reads the post-processor into the definition; without one there are no special tokens.</summary>
    public static void Read(JsonItem? processor, TokenizerDefinition definition)
    {
        if (processor is null)
        {
            return;
        }

        bool isSequence = processor.Get("type").Text() == "Sequence";
        foreach (JsonItem part in isSequence ? processor.Get("processors").Items() : [processor])
        {
            JsonItem type = part.Get("type");
            bool addsTokens = type.Text() != "ByteLevel";
            if (addsTokens && definition.Before.Count + definition.After.Count > 0)
            {
                throw type.Unsupported("one post-processor that adds tokens");
            }

            if (addsTokens)
            {
                ReadTokens(part, definition);
            }
        }
    }

    private static void ReadTokens(JsonItem processor, TokenizerDefinition definition)
    {
        switch (processor.Get("type").Text())
        {
            case "TemplateProcessing":
                ReadTemplate(processor, definition);
                break;
            case "BertProcessing" or "RobertaProcessing":
                definition.SetFrame(definition.ReadId(SecondItem(processor.Get("cls"))), definition.ReadId(SecondItem(processor.Get("sep"))));
                break;
            default:
                throw processor.Get("type").Unsupported("TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel");
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
