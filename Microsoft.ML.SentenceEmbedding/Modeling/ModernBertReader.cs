namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads ModernBERT's config.json.</summary>
internal static class ModernBertReader
{
    private const string Global = "full_attention";
    private const string Local = "sliding_attention";

    // Sixteen times that of published models: every position has its angles, whatever the weights are.
    private const int MaximumPositions = 1 << 17;

    // transformers' defaults where the file has no such key.
    private const int DefaultGlobalEvery = 3;
    private const int DefaultWindow = 128;
    private const double DefaultGlobalBase = 160_000;
    private const double DefaultLocalBase = 10_000;

    /// <summary>Reads the configuration.</summary>
    public static ModernBertConfiguration ReadConfiguration(JsonItem config)
    {
        foreach (string key in new[] { "attention_bias", "mlp_bias", "norm_bias" })
        {
            EncoderConfigurationJson.RequireFalse(config, key, "as in all published models");
        }

        if (config.Find(QuantizedLayer.ConfigurationKey) is { } quantization)
        {
            throw quantization.Unsupported($"no {QuantizedLayer.ConfigurationKey} for this architecture");
        }

        int hiddenSize = EncoderConfigurationJson.ReadSize(config.Get("hidden_size"));
        int layers = EncoderConfigurationJson.ReadSize(config.Get("num_hidden_layers"));
        JsonItem heads = config.Get("num_attention_heads");
        int attentionHeads = EncoderConfigurationJson.ReadAttentionHeads(heads, hiddenSize);
        if (hiddenSize / attentionHeads % 2 != 0)
        {
            throw heads.Error($"a number that leaves each head an even part of hidden_size, which is {hiddenSize}");
        }

        return new ModernBertConfiguration(
            hiddenSize,
            layers,
            attentionHeads,
            EncoderConfigurationJson.ReadSize(config.Get("intermediate_size")),
            EncoderConfigurationJson.ReadActivation(config.Find("hidden_activation")),
            EncoderConfigurationJson.ReadEpsilon(config.Find("norm_eps"), 1e-5),
            EncoderConfigurationJson.ReadVocabularySize(config),
            config.Get("max_position_embeddings").Integer(1, MaximumPositions),
            ReadGlobalLayers(config, layers),
            (config.Find("local_attention")?.Integer(1, int.MaxValue) ?? DefaultWindow) / 2,
            ReadRotaryBase(config, Global, "global_rope_theta") ?? DefaultGlobalBase,
            ReadRotaryBase(config, Local, "local_rope_theta") ?? DefaultLocalBase);
    }

    // Version 5 of transformers lists the layers; before, every nth was global, the first among them.
    private static bool[] ReadGlobalLayers(JsonItem config, int layers)
    {
        if (config.Find("layer_types") is not { } types)
        {
            int every = config.Find("global_attn_every_n_layers")?.Integer(1, int.MaxValue) ?? DefaultGlobalEvery;
            return [.. Enumerable.Range(0, layers).Select(layer => layer % every == 0)];
        }

        bool[] global = [.. types.Items().Take(layers + 1).Select(type => type.Text() switch
        {
            Global => true,
            Local => false,
            _ => throw type.Unsupported($"{Global}, {Local}"),
        })];
        return global.Length == layers ? global : throw types.Error($"a list of {layers} types, num_hidden_layers");
    }

    private static double? ReadRotaryBase(JsonItem config, string type, string oldKey)
    {
        JsonItem? item = config.Find(oldKey);
        if (config.Find("rope_parameters")?.Find(type) is { } parameters)
        {
            EncoderConfigurationJson.Require(parameters, "rope_type", "default");
            item = parameters.Find("rope_theta") ?? item;
        }

        return item?.NumberAbove(0, double.MaxValue);
    }
}
