namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads tokenizer.json's pre-tokenizer for models other than WordPiece.</summary>
internal static class PreTokenizerJson
{
    private const int MaximumParts = 2;

    /// <summary>Reads the pre-tokenizer of a BPE model: ByteLevel.</summary>
    public static PreTokenization ReadByteLevel(JsonItem root)
    {
        JsonItem preTokenizer = root.Find("pre_tokenizer") ?? throw root.UnsupportedWithout("pre_tokenizer", "ByteLevel");
        JsonItem[] parts = Parts(preTokenizer);
        JsonItem type = (parts.Length > 0 ? parts[0] : preTokenizer).Get("type");
        if (type.Text() != "ByteLevel" || parts.Length != 1)
        {
            throw type.Unsupported("ByteLevel alone");
        }

        bool splits = parts[0].Find("use_regex")?.Flag() ?? true;
        return new PreTokenization(splits ? WordSplitting.BytePair : WordSplitting.None, parts[0].Get("add_prefix_space").Flag(), Metaspace: null);
    }

    /// <summary>Reads the pre-tokenizer of a Unigram model: WhitespaceSplit or Whitespace, or nothing, and Metaspace behind it, or nothing.</summary>
    public static PreTokenization ReadMetaspace(JsonItem root)
    {
        var splitting = WordSplitting.None;
        Metaspace? metaspace = null;
        foreach (JsonItem part in root.Find("pre_tokenizer") is { } preTokenizer ? Parts(preTokenizer) : [])
        {
            JsonItem type = part.Get("type");
            switch (type.Text())
            {
                case "WhitespaceSplit" when splitting == WordSplitting.None && metaspace is null:
                    splitting = WordSplitting.WhiteSpace;
                    break;
                case "Whitespace" when splitting == WordSplitting.None && metaspace is null:
                    splitting = WordSplitting.WhiteSpaceAndPunctuation;
                    break;
                case "Metaspace" when metaspace is null:
                    metaspace = ReadMetaspacePart(part);
                    break;
                default:
                    throw type.Unsupported("WhitespaceSplit or Whitespace, then Metaspace");
            }
        }

        return new PreTokenization(splitting, AddsSpaceInFront: false, metaspace);
    }

    private static JsonItem[] Parts(JsonItem preTokenizer) =>
        preTokenizer.Get("type").Text() == "Sequence" ? [.. preTokenizer.Get("pretokenizers").Items().Take(MaximumParts + 1)] : [preTokenizer];

    private static Metaspace ReadMetaspacePart(JsonItem part)
    {
        JsonItem replacement = part.Get("replacement");
        JsonItem? scheme = part.Find("prepend_scheme");

        // Files of older versions have a flag instead, which must not contradict.
        JsonItem? flag = part.Find("add_prefix_space");
        bool prepends = flag?.Flag() ?? true;
        PrependScheme read = (scheme?.Text(), prepends) switch
        {
            (null, true) or ("always", true) => PrependScheme.Always,
            ("first", true) => PrependScheme.First,
            (null, false) or ("never", _) => PrependScheme.Never,
            ("always" or "first", false) => throw flag!.Error("true, as prepend_scheme says"),
            _ => throw scheme!.Unsupported("always, first, never"),
        };
        return new Metaspace(
            replacement.Text() is [char mark] && mark != ' ' ? mark : throw replacement.Unsupported("one character other than a space"),
            read,
            part.Find("split")?.Flag() ?? true);
    }
}
