namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads the config.json of RoBERTa and XLM-RoBERTa: BERT's layers and names, with positions that are counted from behind the padding token's id.</summary>
internal static class RobertaReader
{
    private const int DefaultPaddingId = 1;

    /// <summary>Reads the configuration.</summary>
    /// <param name="config">The file.</param>
    /// <param name="name">The architecture's name.</param>
    public static BertConfiguration ReadConfiguration(JsonItem config, string name)
    {
        BertConfiguration bert = BertReader.ReadConfiguration(config);
        return bert with
        {
            Architecture = BertReader.Architecture with { Name = name, TaskPrefix = "roberta." },
            PaddingId = EncoderConfigurationJson.ReadPaddingId(config, DefaultPaddingId, bert.MaximumPositions),
        };
    }
}
