namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads tokenizer.json as far as it describes byte-level BPE.</summary>
internal static class BytePairJson
{
    /// <summary>Reads the model and what comes before it.</summary>
    public static TokenizerDefinition Read(JsonItem root, string file, int maximumSize)
    {
        JsonItem model = root.Get("model");
        RequireEmpty(model, "continuing_subword_prefix");
        RequireEmpty(model, "end_of_word_suffix");
        RequireFalse(model, "byte_fallback");
        if (model.Find("dropout") is { } dropout && dropout.Number() != 0)
        {
            throw dropout.Unsupported("no dropout");
        }

        Dictionary<string, int> vocabulary = VocabularyJson.Read(model.Get("vocab"), maximumSize);
        if (vocabulary.Count == 0)
        {
            throw model.Get("vocab").Error("a vocabulary of at least one token");
        }

        return new TokenizerDefinition
        {
            Pipeline = new BytePairPipeline
            {
                Normalization = NormalizerJson.Read(root.Find("normalizer")),
                PreTokenization = PreTokenizerJson.ReadByteLevel(root),
                Merges = ReadMerges(model.Get("merges"), vocabulary),
                UnknownId = model.Find("unk_token") is { } unknown ? FindUnknown(unknown, vocabulary) : null,
                FusesUnknown = model.Find("fuse_unk")?.Flag() ?? false,
                IgnoresMerges = model.Find("ignore_merges")?.Flag() ?? false,
            },
            Vocabulary = vocabulary,
            VocabularyFile = file,
            MaximumSize = maximumSize,
        };
    }

    /// <summary>Finds the ids of the two parts of each merge and of the whole.</summary>
    private static BytePairMerges ReadMerges(JsonItem merges, Dictionary<string, int> vocabulary)
    {
        var found = new List<(int Left, int Right, int Merged)>();
        foreach ((string left, string right) in merges.TextPairs("two tokens"))
        {
            // The first line of a merges.txt.
            if (left == "#version:")
            {
                continue;
            }

            found.Add((IdOf(left), IdOf(right), IdOf(left + right)));
        }

        return new BytePairMerges(found);

        int IdOf(string token) => vocabulary.TryGetValue(token, out int id)
            ? id
            : throw merges.Error($"merges of tokens of the vocabulary, which lacks '{Excerpt.Of(token)}'");
    }

    private static int FindUnknown(JsonItem unknown, Dictionary<string, int> vocabulary) =>
        vocabulary.TryGetValue(unknown.Text(), out int id) ? id : throw unknown.Error("a token of the vocabulary");

    private static void RequireEmpty(JsonItem model, string key)
    {
        if (model.Find(key) is { } affix && affix.Text().Length > 0)
        {
            throw affix.Unsupported("an empty string");
        }
    }

    private static void RequireFalse(JsonItem model, string key)
    {
        if (model.Find(key) is { } flag && flag.Flag())
        {
            throw flag.Unsupported("false");
        }
    }
}
