namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads MPNet's config.json: BERT's layers without token types, with a bias for relative positions that all layers share.</summary>
internal static class MpnetReader
{
    // transformers' MPNetModel has these two as constants, whatever the file says.
    private const int PaddingId = 1;
    private const int RelativePositionBuckets = 32;

    private static readonly BertArchitecture Architecture = new()
    {
        Name = "MPNet",
        TaskPrefix = "mpnet.",
        Attention = "attention.attn",
        Query = "q",
        Key = "k",
        Value = "v",
        AttentionOutput = "attention.attn.o",
        AttentionNorm = "attention.LayerNorm",
    };

    /// <summary>Reads the configuration.</summary>
    public static BertConfiguration ReadConfiguration(JsonItem config)
    {
        if (config.Find("relative_attention_num_buckets") is { } buckets && buckets.Integer(1, int.MaxValue) != RelativePositionBuckets)
        {
            throw buckets.Unsupported($"{RelativePositionBuckets}");
        }

        BertConfiguration bert = BertReader.ReadConfiguration(config);
        if (bert.MaximumPositions <= PaddingId + 1)
        {
            throw config.Get("max_position_embeddings").Error($"more than {PaddingId + 1}, the rows that no token has");
        }

        return bert with { Architecture = Architecture, TokenTypes = 0, PaddingId = PaddingId, RelativePositionBuckets = RelativePositionBuckets };
    }
}
