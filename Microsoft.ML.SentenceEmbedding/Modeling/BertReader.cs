namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads BERT's config.json.</summary>
internal static class BertReader
{
    /// <summary>Gets the names of BERT's parts.</summary>
    public static BertArchitecture Architecture { get; } = new() { Name = "BERT", TaskPrefix = "bert." };

    /// <summary>Reads the configuration.</summary>
    public static BertConfiguration ReadConfiguration(JsonItem config)
    {
        EncoderConfigurationJson.Require(config, "position_embedding_type", "absolute");
        int hiddenSize = EncoderConfigurationJson.ReadSize(config.Get("hidden_size"));
        return new BertConfiguration(
            hiddenSize,
            EncoderConfigurationJson.ReadSize(config.Get("num_hidden_layers")),
            EncoderConfigurationJson.ReadAttentionHeads(config.Get("num_attention_heads"), hiddenSize),
            EncoderConfigurationJson.ReadSize(config.Get("intermediate_size")),
            EncoderConfigurationJson.ReadActivation(config.Find("hidden_act")),
            EncoderConfigurationJson.ReadEpsilon(config.Find("layer_norm_eps"), 1e-12),
            EncoderConfigurationJson.ReadVocabularySize(config),
            EncoderConfigurationJson.ReadSize(config.Get("max_position_embeddings")),
            config.Find("type_vocab_size") is { } types ? EncoderConfigurationJson.ReadSize(types) : 2,
            EncoderConfigurationJson.ReadPrecision(config));
    }
}
