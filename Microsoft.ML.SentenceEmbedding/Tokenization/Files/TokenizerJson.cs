namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads tokenizer.json, the file of Hugging Face tokenizers, for the kinds of models that this library has.</summary>
/// <remarks>Other kinds of models, normalizers and so on are refused where their type is read. The file's own truncation and padding are not used.</remarks>
internal static class TokenizerJson
{
    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="NotSupportedException">The file describes another kind of tokenizer.</exception>
    public static TokenizerDefinition Read(ReadOnlyMemory<byte> content, string file, int maximumSize)
    {
        const string Supported = "WordPiece, BPE, Unigram";
        var root = JsonItem.Parse(content, file);
        JsonItem type = root.Find("model")?.Find("type") ?? throw root.UnsupportedWithout("model.type", Supported);
        TokenizerDefinition definition = type.Text() switch
        {
            "WordPiece" => WordPieceJson.Read(root, file, maximumSize),
            "BPE" => BytePairJson.Read(root, file, maximumSize),
            "Unigram" => UnigramJson.Read(root, file, maximumSize),
            _ => throw type.Unsupported(Supported),
        };
        foreach (JsonItem token in root.Find("added_tokens")?.Items() ?? [])
        {
            _ = token.Get("id").Integer(0, int.MaxValue - 1);
            definition.Add(token);
        }

        definition.LeftTruncation = root.Find("truncation")?.Find("direction") is { } direction && direction.Text() != "Right" ? direction : null;
        PostProcessorJson.Read(root.Find("post_processor"), definition);
        return definition;
    }
}
