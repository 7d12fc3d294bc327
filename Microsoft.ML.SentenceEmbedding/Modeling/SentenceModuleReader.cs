namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads the modules after the encoder and checks that each fits the one before.</summary>
internal static class SentenceModuleReader
{
    private const string Supported = "Transformer, then Pooling, then any of Dense, LayerNorm, Normalize, and Dropout";
    private const int MaximumDimensions = 1 << 20;

    // Class names below torch.nn, which stand in its modules.activation or modules.linear; all of them with their default parameters.
    private static readonly Dictionary<string, ActivationFunction> DenseActivations = new(StringComparer.Ordinal)
    {
        ["Identity"] = ActivationFunction.Identity,
        ["Tanh"] = ActivationFunction.Tanh,
        ["Sigmoid"] = ActivationFunction.Sigmoid,
        ["ReLU"] = ActivationFunction.Relu,
        ["GELU"] = ActivationFunction.Gelu,
        ["SiLU"] = ActivationFunction.Silu,
        ["ReLU6"] = ActivationFunction.Relu6,
        ["LeakyReLU"] = ActivationFunction.LeakyRelu,
        ["ELU"] = ActivationFunction.Elu,
        ["CELU"] = ActivationFunction.Elu,
        ["SELU"] = ActivationFunction.Selu,
        ["Mish"] = ActivationFunction.Mish,
        ["Softplus"] = ActivationFunction.Softplus,
        ["Softsign"] = ActivationFunction.Softsign,
        ["Tanhshrink"] = ActivationFunction.Tanhshrink,
        ["Hardtanh"] = ActivationFunction.Hardtanh,
        ["LogSigmoid"] = ActivationFunction.LogSigmoid,
        ["Hardsigmoid"] = ActivationFunction.Hardsigmoid,
        ["Hardswish"] = ActivationFunction.Hardswish,
        ["Softshrink"] = ActivationFunction.Softshrink,
        ["Hardshrink"] = ActivationFunction.Hardshrink,
    };

    // The flags of version 2 in the order in which their results are concatenated.
    private static readonly (string Key, PoolingMode Mode)[] PoolingFlags =
    [
        ("pooling_mode_cls_token", PoolingMode.Cls),
        ("pooling_mode_max_tokens", PoolingMode.Max),
        ("pooling_mode_mean_tokens", PoolingMode.Mean),
        ("pooling_mode_mean_sqrt_len_tokens", PoolingMode.MeanSquareRootLength),
        ("pooling_mode_weightedmean_tokens", PoolingMode.WeightedMean),
        ("pooling_mode_lasttoken", PoolingMode.LastToken),
    ];

    private static readonly Dictionary<string, PoolingMode> PoolingNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["cls"] = PoolingMode.Cls,
        ["max"] = PoolingMode.Max,
        ["mean"] = PoolingMode.Mean,
        ["mean_sqrt_len_tokens"] = PoolingMode.MeanSquareRootLength,
        ["weightedmean"] = PoolingMode.WeightedMean,
        ["lasttoken"] = PoolingMode.LastToken,
    };

    /// <summary>Reads the modules and gives the length of the last one's vectors.</summary>
    /// <param name="directory">The model's directory.</param>
    /// <param name="entries">The modules to read.</param>
    /// <param name="first">Modules before them that the list does not name.</param>
    /// <param name="tokenDimensions">The length of the vectors that the first module gets.</param>
    /// <param name="dimensions">The length of the last module's vectors.</param>
    /// <exception cref="NotSupportedException">A module is of another type, or stands where it cannot be computed.</exception>
    public static IReadOnlyList<SentenceModule> Read(ModelDirectory directory, IEnumerable<ModuleEntry> entries, IEnumerable<SentenceModule> first, int tokenDimensions, out int dimensions)
    {
        List<SentenceModule> modules = [.. first];
        dimensions = tokenDimensions;
        foreach (ModuleEntry entry in entries)
        {
            switch (entry.Name)
            {
                case "Pooling" when modules.Count == 0:
                    PoolingModule pooling = ReadPooling(OpenConfiguration(directory, entry), dimensions);
                    dimensions *= pooling.Modes.Count;
                    modules.Add(pooling);
                    break;
                case "Dense" when modules.Count > 0:
                    DenseModule dense = ReadDense(directory, entry, dimensions);
                    dimensions = (int)dense.Weight.Shape[0];
                    modules.Add(dense);
                    break;
                case "LayerNorm" when modules.Count > 0:
                    modules.Add(ReadLayerNorm(directory, entry, dimensions));
                    break;
                case "Normalize" when modules.Count > 0:
                    CheckNormalize(directory, entry);
                    modules.Add(new NormalizeModule());
                    break;
                case "Dropout" when modules.Count > 0:
                    // It drops nothing but in training. Its file stays a part of the model, for Python.
                    _ = FindConfiguration(directory, entry);
                    break;
                default:
                    throw entry.Type.Unsupported(Supported);
            }
        }

        return modules;
    }

    private static JsonItem OpenConfiguration(ModelDirectory directory, ModuleEntry entry) =>
        directory.Open(ModelPath.Combine(entry.Folder, "config.json")).ReadJson();

    // Published models often lack the folder of a module without weights: version 2 wrote nothing into it, and a hub keeps no empty folders.
    private static JsonItem? FindConfiguration(ModelDirectory directory, ModuleEntry entry) =>
        directory.Contains(ModelPath.Combine(entry.Folder, "config.json")) ? OpenConfiguration(directory, entry) : null;

    private static PoolingModule ReadPooling(JsonItem config, int inputDimensions)
    {
        RequireDimensions(config.Find("embedding_dimension") ?? config.Get("word_embedding_dimension"), inputDimensions);
        PoolingMode[] modes = config.Find("pooling_mode") is { } names
            ? [.. (names.IsText ? [names] : names.Items().Take(PoolingFlags.Length + 1)).Select(ReadPoolingMode)]
            : [.. PoolingFlags.Where(flag => config.Find(flag.Key)?.Flag() ?? flag.Mode == PoolingMode.Mean).Select(flag => flag.Mode)];
        return modes.Length > 0 && modes.Distinct().Count() == modes.Length
            ? new PoolingModule(modes, config.Find("include_prompt")?.Flag() ?? true)
            : throw config.Error("a Pooling configuration with at least one mode, and none twice");
    }

    private static PoolingMode ReadPoolingMode(JsonItem name) =>
        PoolingNames.TryGetValue(name.Text(), out PoolingMode mode) ? mode : throw name.Unsupported(string.Join(", ", PoolingNames.Keys));

    private static DenseModule ReadDense(ModelDirectory directory, ModuleEntry entry, int inputDimensions)
    {
        JsonItem config = OpenConfiguration(directory, entry);
        RequireSentenceInput(config);
        RequireDimensions(config.Get("in_features"), inputDimensions);
        int outputDimensions = config.Get("out_features").Integer(1, MaximumDimensions);
        JsonItem activationName = config.Get("activation_function");
        string[] parts = activationName.Text().Split('.');
        if (parts is not ["torch", "nn", ..] || !DenseActivations.TryGetValue(parts[^1], out ActivationFunction activation))
        {
            throw activationName.Unsupported(string.Join(", ", DenseActivations.Keys.Select(name => "torch.nn." + name)));
        }

        var weights = TensorCollection.Read(directory, entry.Folder);
        StoredTensor weight = weights.Get("linear.weight", outputDimensions, inputDimensions);
        StoredTensor? bias = config.Find("bias")?.Flag() ?? true ? weights.Get("linear.bias", outputDimensions) : null;
        return new DenseModule(weight, bias, activation);
    }

    private static LayerNormModule ReadLayerNorm(ModelDirectory directory, ModuleEntry entry, int dimensions)
    {
        JsonItem config = OpenConfiguration(directory, entry);
        RequireSentenceInput(config);
        RequireDimensions(config.Get("dimension"), dimensions);
        var weights = TensorCollection.Read(directory, entry.Folder);
        return new LayerNormModule(weights.Get("norm.weight", dimensions), weights.Get("norm.bias", dimensions));
    }

    private static void CheckNormalize(ModelDirectory directory, ModuleEntry entry)
    {
        if (FindConfiguration(directory, entry) is { } config)
        {
            RequireSentenceInput(config);
        }
    }

    // Version 6 can apply these modules to the token vectors too.
    private static void RequireSentenceInput(JsonItem config)
    {
        foreach (string key in new[] { "module_input_name", "module_output_name" })
        {
            if (config.Find(key) is { } name && name.Text() != "sentence_embedding")
            {
                throw name.Unsupported("sentence_embedding");
            }
        }
    }

    private static void RequireDimensions(JsonItem dimensions, int expected)
    {
        if (dimensions.Integer(1, MaximumDimensions) != expected)
        {
            throw dimensions.Error($"{expected}, the length of the vectors of the module before");
        }
    }
}
