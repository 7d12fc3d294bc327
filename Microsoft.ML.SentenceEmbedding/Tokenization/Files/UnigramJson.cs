namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads tokenizer.json as far as it describes a Unigram tokenizer.</summary>
internal static class UnigramJson
{
    /// <summary>Reads the model and what comes before it.</summary>
    public static TokenizerDefinition Read(JsonItem root, string file, int maximumSize)
    {
        JsonItem model = root.Get("model");
        var pieces = new List<string>();
        var scores = new List<double>();
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        JsonItem list = model.Get("vocab");
        foreach ((string piece, double score) in list.ScoredTexts("a piece and its score"))
        {
            if (pieces.Count >= maximumSize)
            {
                throw list.Error($"a vocabulary of at most {maximumSize} pieces, the model's vocab_size");
            }

            if (piece.Length > WordPieceVocabulary.LongestPiece)
            {
                throw list.Error($"a vocabulary of pieces of at most {WordPieceVocabulary.LongestPiece} characters, unlike '{Excerpt.Of(piece)}'");
            }

            // Of equal pieces the last counts.
            vocabulary[piece] = pieces.Count;
            pieces.Add(piece);
            scores.Add(score);
        }

        JsonItem unknown = model.Find("unk_id") ?? throw root.UnsupportedWithout("model.unk_id", "the id for text that no piece covers");
        int unknownId = pieces.Count > 0 ? unknown.Integer(0, pieces.Count - 1) : throw list.Error("a vocabulary of at least one piece");
        return new TokenizerDefinition
        {
            Pipeline = new UnigramPipeline
            {
                Normalization = NormalizerJson.Read(root.Find("normalizer")),
                PreTokenization = PreTokenizerJson.ReadMetaspace(root),
                Pieces = pieces,
                Scores = [.. scores],
                UnknownId = unknownId,
                UsesBytes = model.Find("byte_fallback")?.Flag() ?? false,
            },
            Vocabulary = vocabulary,
            VocabularyFile = file,
            MaximumSize = maximumSize,
        };
    }
}
