namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads a BERT encoder's config.json and checks its weights against it.</summary>
internal static class BertReader
{
    // Far above every published encoder, and low enough that no product of two overflows.
    private const int MaximumSize = 1 << 20;
    private const int MaximumVocabularySize = VocabularyText.MaximumSize;

    private const string WordEmbeddings = "embeddings.word_embeddings.weight";

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

    /// <summary>Reads config.json.</summary>
    /// <exception cref="NotSupportedException">The encoder is no BERT, or a variety that computes something else.</exception>
    /// <exception cref="InvalidDataException">A key is missing or its value makes no sense.</exception>
    public static BertConfiguration ReadConfiguration(ModelFile file)
    {
        JsonItem config = file.ReadJson();
        JsonItem modelType = config.Get("model_type");
        if (modelType.Text() != "bert")
        {
            throw modelType.Unsupported("bert");
        }

        if (config.Find("position_embedding_type") is { } positions && positions.Text() != "absolute")
        {
            throw positions.Unsupported("absolute");
        }

        if (config.Find("is_decoder") is { } decoder && decoder.Flag())
        {
            throw decoder.Unsupported("false, an encoder that sees the words on both sides");
        }

        int hiddenSize = config.Get("hidden_size").Integer(1, MaximumSize);
        JsonItem heads = config.Get("num_attention_heads");
        int attentionHeads = heads.Integer(1, hiddenSize);
        if (hiddenSize % attentionHeads != 0)
        {
            throw heads.Error($"a divisor of hidden_size, which is {hiddenSize}");
        }

        return new BertConfiguration(
            hiddenSize,
            config.Get("num_hidden_layers").Integer(1, MaximumSize),
            attentionHeads,
            config.Get("intermediate_size").Integer(1, MaximumSize),
            ReadActivation(config.Find("hidden_act")),
            (float)(config.Find("layer_norm_eps")?.NumberAbove(0, 1) ?? 1e-12),
            config.Get("vocab_size").Integer(1, MaximumVocabularySize),
            config.Get("max_position_embeddings").Integer(1, MaximumSize),
            config.Find("type_vocab_size")?.Integer(1, MaximumSize) ?? 2,
            ReadPrecision(config.Find(QuantizedLayer.ConfigurationKey)));
    }

    /// <summary>Reads the weights and checks that every tensor the encoder needs is there in its shape.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, or has another shape or element type.</exception>
    public static TensorCollection ReadWeights(ModelDirectory directory, string folder, BertConfiguration configuration)
    {
        TensorCollection weights = TensorCollection.Read(directory, folder).WithEncoderNames(WordEmbeddings, "bert.", "model.", "model.bert.");
        IEnumerable<WeightDescription> layers = Enumerable.Range(0, configuration.Layers).SelectMany(layer => LayerWeights(configuration, layer));
        foreach (WeightDescription weight in EmbeddingWeights(configuration).Concat(layers))
        {
            _ = weight.IsInteger ? weights.GetIntegers(weight.Name, weight.Shape) : weights.Get(weight.Name, weight.Shape);
        }

        return weights;
    }

    /// <summary>Gives the names and shapes of the tensors in front of the first layer.</summary>
    public static IEnumerable<WeightDescription> EmbeddingWeights(BertConfiguration configuration) =>
    [
        new(WordEmbeddings, [configuration.VocabularySize, configuration.HiddenSize]),
        new("embeddings.position_embeddings.weight", [configuration.MaximumPositions, configuration.HiddenSize]),
        new("embeddings.token_type_embeddings.weight", [configuration.TokenTypes, configuration.HiddenSize]),
        .. LayerNorm("embeddings.LayerNorm", configuration.HiddenSize),
    ];

    /// <summary>Gives the names and shapes of a layer's tensors, in the same order for every layer.</summary>
    public static IEnumerable<WeightDescription> LayerWeights(BertConfiguration configuration, int layer)
    {
        string prefix = $"encoder.layer.{layer}.";
        int hidden = configuration.HiddenSize;
        int intermediate = configuration.IntermediateSize;
        bool quantized = configuration.Precision == ModelPrecision.Int8;
        return
        [
            .. Linear("attention.self.query", hidden, hidden),
            .. Linear("attention.self.key", hidden, hidden),
            .. Linear("attention.self.value", hidden, hidden),
            .. Linear("attention.output.dense", hidden, hidden),
            .. LayerNorm(prefix + "attention.output.LayerNorm", hidden),
            .. Linear("intermediate.dense", intermediate, hidden),
            .. Linear("output.dense", hidden, intermediate),
            .. LayerNorm(prefix + "output.LayerNorm", hidden),
            .. quantized ? QuantizedLayer.SmoothedInputs.Select(smoothed => new WeightDescription(prefix + QuantizedLayer.SmoothingName(smoothed.Input), [hidden])) : [],
        ];

        IEnumerable<WeightDescription> Linear(string name, int output, int input) =>
        [
            new(prefix + name + ".weight", [output, input], quantized),
            new(prefix + name + ".bias", [output]),
            .. quantized ? [new WeightDescription(prefix + QuantizedLayer.ScaleName(name), [output])] : Array.Empty<WeightDescription>(),
        ];
    }

    private static IEnumerable<WeightDescription> LayerNorm(string name, int size) =>
        [new(name + ".weight", [size]), new(name + ".bias", [size])];

    private static ModelPrecision ReadPrecision(JsonItem? quantization)
    {
        if (quantization is null)
        {
            return ModelPrecision.Float32;
        }

        JsonItem method = quantization.Get("quant_method");
        return method.Text() == QuantizedLayer.Method ? ModelPrecision.Int8 : throw method.Unsupported($"{QuantizedLayer.Method}, or no {QuantizedLayer.ConfigurationKey}");
    }

    private static ActivationFunction ReadActivation(JsonItem? name)
    {
        if (name is null)
        {
            return ActivationFunction.Gelu;
        }

        return Activations.TryGetValue(name.Text(), out ActivationFunction activation)
            ? activation
            : throw name.Unsupported(string.Join(", ", Activations.Keys));
    }
}
