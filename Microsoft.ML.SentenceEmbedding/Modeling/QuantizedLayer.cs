namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The linear parts of a layer like BERT's in 8-bit integers, and the names of the tensors they have.</summary>
/// <remarks>
/// A linear part "x" has "x.weight" in integers and "x.weight_scale", a factor for each output. Parts that read the same input share its smoothing
/// (SmoothQuant, arXiv:2211.10438): the input's channels are multiplied by factors that take out its outliers, and the weights were divided by them.
/// </remarks>
internal static class QuantizedLayer
{
    /// <summary>The value of quant_method in config.json, by which this format is known; other readers refuse what they do not know.</summary>
    public const string Method = "sentence-embedding-int8";

    /// <summary>The key of config.json that says how weights are quantized.</summary>
    public const string ConfigurationKey = "quantization_config";

    /// <summary>Gives the inputs of a layer that are smoothed, each with the linear parts that read it. The other parts' inputs have no channels that stand out.</summary>
    public static IReadOnlyList<(string Input, string[] Linears)> SmoothedInputs(BertArchitecture architecture) =>
    [
        (architecture.Attention, [.. new[] { architecture.Query, architecture.Key, architecture.Value }.Select(name => $"{architecture.Attention}.{name}")]),
        (architecture.Intermediate, [architecture.Intermediate]),
    ];

    /// <summary>Gives the linear parts whose inputs are taken as they are.</summary>
    public static IReadOnlyList<string> PlainLinears(BertArchitecture architecture) => [architecture.AttentionOutput, architecture.Output];

    /// <summary>Gives the name of a linear part's scales.</summary>
    public static string ScaleName(string linear) => linear + ".weight_scale";

    /// <summary>Gives the name of an input's smoothing factors.</summary>
    public static string SmoothingName(string input) => input + ".input_smoothing";
}
