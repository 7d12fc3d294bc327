namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What sentence_bert_config.json says about the first module.</summary>
/// <param name="MaximumTokens">The limit and where it stands, or null for the tokenizer's and the encoder's own.</param>
/// <param name="LowerCase">True where the text is lower-cased before the tokenizer's own normalization.</param>
internal sealed record TransformerSettings(JsonItem? MaximumTokens, bool LowerCase)
{
    /// <summary>The names of the file: version 2 named it after the class of the encoder.</summary>
    public static readonly string[] FileNames =
    [
        "sentence_bert_config.json",
        "sentence_roberta_config.json",
        "sentence_distilbert_config.json",
        "sentence_camembert_config.json",
        "sentence_albert_config.json",
        "sentence_xlm-roberta_config.json",
        "sentence_xlnet_config.json",
    ];

    /// <summary>Reads the first of the files that is there.</summary>
    /// <exception cref="NotSupportedException">The module gives something else than the encoder's last hidden state.</exception>
    public static TransformerSettings Read(ModelDirectory directory, string folder)
    {
        string? path = FileNames.Select(name => ModelPath.Combine(folder, name)).FirstOrDefault(directory.Contains);
        if (path is null)
        {
            return new TransformerSettings(null, false);
        }

        JsonItem config = directory.Open(path).ReadJson();
        RequireValue(config.Find("transformer_task"), "feature-extraction");
        RequireValue(config.Find("module_output_name"), "token_embeddings");
        RequireValue(config.Find("modality_config")?.Find("text")?.Find("method"), "forward");
        RequireValue(config.Find("modality_config")?.Find("text")?.Find("method_output_name"), "last_hidden_state");
        return new TransformerSettings(config.Find("max_seq_length"), config.Find("do_lower_case")?.Flag() ?? false);
    }

    private static void RequireValue(JsonItem? item, string value)
    {
        if (item is not null && item.Text() != value)
        {
            throw item.Unsupported(value);
        }
    }
}
