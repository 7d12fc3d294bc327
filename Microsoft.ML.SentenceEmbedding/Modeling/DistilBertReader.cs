namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads DistilBERT's config.json: BERT's layers without token types, under other names.</summary>
internal static class DistilBertReader
{
    // transformers' DistilBertModel has it as a constant.
    private const float LayerNormEpsilon = 1e-12f;

    private static readonly BertArchitecture Architecture = new()
    {
        Name = "DistilBERT",
        TaskPrefix = "distilbert.",
        LayersKey = "n_layers",
        Layer = "transformer.layer.",
        Attention = "attention",
        Query = "q_lin",
        Key = "k_lin",
        Value = "v_lin",
        AttentionOutput = "attention.out_lin",
        AttentionNorm = "sa_layer_norm",
        Intermediate = "ffn.lin1",
        Output = "ffn.lin2",
        OutputNorm = "output_layer_norm",
    };

    /// <summary>Reads the configuration.</summary>
    public static BertConfiguration ReadConfiguration(JsonItem config)
    {
        int hiddenSize = EncoderConfigurationJson.ReadSize(config.Get("dim"));
        return new BertConfiguration(
            hiddenSize,
            EncoderConfigurationJson.ReadSize(config.Get("n_layers")),
            EncoderConfigurationJson.ReadAttentionHeads(config.Get("n_heads"), hiddenSize, "dim"),
            EncoderConfigurationJson.ReadSize(config.Get("hidden_dim")),
            EncoderConfigurationJson.ReadActivation(config.Find("activation")),
            LayerNormEpsilon,
            EncoderConfigurationJson.ReadVocabularySize(config),
            EncoderConfigurationJson.ReadSize(config.Get("max_position_embeddings")),
            TokenTypes: 0,
            EncoderConfigurationJson.ReadPrecision(config))
        {
            Architecture = Architecture,
        };
    }
}
