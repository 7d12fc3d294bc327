namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What an architecture with BERT's layers calls its parts; the defaults are BERT's own names.</summary>
internal sealed record BertArchitecture
{
    /// <summary>Gets the name as people write it.</summary>
    public required string Name { get; init; }

    /// <summary>Gets what task models put in front of all names.</summary>
    public required string TaskPrefix { get; init; }

    /// <summary>Gets the key of config.json with the number of layers.</summary>
    public string LayersKey { get; init; } = "num_hidden_layers";

    /// <summary>Gets what stands in front of a layer's number.</summary>
    public string Layer { get; init; } = "encoder.layer.";

    /// <summary>Gets the part of a layer that has query, key, and value.</summary>
    public string Attention { get; init; } = "attention.self";

    /// <summary>Gets the linear part that gives the query, below <see cref="Attention"/>.</summary>
    public string Query { get; init; } = "query";

    /// <summary>Gets the linear part that gives the key, below <see cref="Attention"/>.</summary>
    public string Key { get; init; } = "key";

    /// <summary>Gets the linear part that gives the value, below <see cref="Attention"/>.</summary>
    public string Value { get; init; } = "value";

    /// <summary>Gets the linear part behind attention.</summary>
    public string AttentionOutput { get; init; } = "attention.output.dense";

    /// <summary>Gets the LayerNorm behind attention.</summary>
    public string AttentionNorm { get; init; } = "attention.output.LayerNorm";

    /// <summary>Gets the first linear part of the feed-forward network.</summary>
    public string Intermediate { get; init; } = "intermediate.dense";

    /// <summary>Gets the second linear part of the feed-forward network.</summary>
    public string Output { get; init; } = "output.dense";

    /// <summary>Gets the LayerNorm behind the feed-forward network.</summary>
    public string OutputNorm { get; init; } = "output.LayerNorm";

    /// <summary>Gives what stands in front of the names of a layer's parts.</summary>
    public string LayerPrefix(int layer) => $"{Layer}{layer}.";
}
