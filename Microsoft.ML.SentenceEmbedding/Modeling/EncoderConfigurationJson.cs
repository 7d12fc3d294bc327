namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads what the config.json files of several architectures have in common.</summary>
internal static class EncoderConfigurationJson
{
    /// <summary>Far above every published encoder's sizes, and low enough that no product of two overflows.</summary>
    public const int MaximumSize = 1 << 20;

    // Several names of Hugging Face stand for one function: they differ in how it is computed.
    private static readonly Dictionary<string, ActivationFunction> Activations = new(StringComparer.Ordinal)
    {
        ["gelu"] = ActivationFunction.Gelu,
        ["gelu_python"] = ActivationFunction.Gelu,
        ["gelu_new"] = ActivationFunction.GeluNew,
        ["gelu_fast"] = ActivationFunction.GeluNew,
        ["gelu_accurate"] = ActivationFunction.GeluNew,
        ["gelu_pytorch_tanh"] = ActivationFunction.GeluNew,
        ["gelu_python_tanh"] = ActivationFunction.GeluNew,
        ["gelu_10"] = ActivationFunction.ClippedGelu,
        ["quick_gelu"] = ActivationFunction.QuickGelu,
        ["relu"] = ActivationFunction.Relu,
        ["relu6"] = ActivationFunction.Relu6,
        ["leaky_relu"] = ActivationFunction.LeakyRelu,
        ["silu"] = ActivationFunction.Silu,
        ["swish"] = ActivationFunction.Silu,
        ["hardswish"] = ActivationFunction.Hardswish,
        ["mish"] = ActivationFunction.Mish,
        ["tanh"] = ActivationFunction.Tanh,
        ["sigmoid"] = ActivationFunction.Sigmoid,
        ["linear"] = ActivationFunction.Identity,
    };

    /// <summary>Reads a size: hidden size, layers, positions, and so on.</summary>
    public static int ReadSize(JsonItem size) => size.Integer(1, MaximumSize);

    /// <summary>Reads vocab_size.</summary>
    public static int ReadVocabularySize(JsonItem config) => config.Get("vocab_size").Integer(1, VocabularyText.MaximumSize);

    /// <summary>Reads the number of attention heads, which share the hidden size.</summary>
    public static int ReadAttentionHeads(JsonItem heads, int hiddenSize, string hiddenSizeKey = "hidden_size")
    {
        int count = heads.Integer(1, hiddenSize);
        return hiddenSize % count == 0 ? count : throw heads.Error($"a divisor of {hiddenSizeKey}, which is {hiddenSize}");
    }

    /// <summary>Reads the id of the padding token, behind whose row the positions begin.</summary>
    public static int ReadPaddingId(JsonItem config, int fallback, int maximumPositions) =>
        config.Find("pad_token_id") is not { } padding ? fallback
        : padding.Integer(0, MaximumSize) is var id && id < maximumPositions - 1 ? id
        : throw padding.Error($"below max_position_embeddings less one, which is {maximumPositions - 1}");

    /// <summary>Reads what is added to every variance.</summary>
    public static float ReadEpsilon(JsonItem? epsilon, double fallback) => (float)(epsilon?.NumberAbove(0, 1) ?? fallback);

    /// <summary>Reads the name of an activation function; GELU where it is missing.</summary>
    public static ActivationFunction ReadActivation(JsonItem? name)
    {
        if (name is null)
        {
            return ActivationFunction.Gelu;
        }

        return Activations.TryGetValue(name.Text(), out ActivationFunction activation)
            ? activation
            : throw name.Unsupported(string.Join(", ", Activations.Keys));
    }

    /// <summary>Reads how the weights are stored.</summary>
    /// <exception cref="NotSupportedException">They are quantized in another library's way.</exception>
    public static ModelPrecision ReadPrecision(JsonItem config)
    {
        if (config.Find(QuantizedLayer.ConfigurationKey) is not { } quantization)
        {
            return ModelPrecision.Float32;
        }

        JsonItem method = quantization.Get("quant_method");
        return method.Text() == QuantizedLayer.Method ? ModelPrecision.Int8 : throw method.Unsupported($"{QuantizedLayer.Method}, or no {QuantizedLayer.ConfigurationKey}");
    }

    /// <summary>Requires a choice to be the only one that is computed, where the file makes it at all.</summary>
    public static void Require(JsonItem config, string key, string value)
    {
        if (config.Find(key) is { } choice && choice.Text() != value)
        {
            throw choice.Unsupported(value);
        }
    }

    /// <summary>Requires a flag to be off, where the file has it at all.</summary>
    public static void RequireFalse(JsonItem config, string key, string meaning)
    {
        if (config.Find(key) is { } flag && flag.Flag())
        {
            throw flag.Unsupported($"false, {meaning}");
        }
    }
}
