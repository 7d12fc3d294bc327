namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Emits the linear layers of an encoder with BERT's layers in the precision of its weights.</summary>
/// <param name="graph">The graph to extend.</param>
/// <param name="configuration">The encoder's shape and precision.</param>
/// <param name="weights">The encoder's tensors.</param>
/// <param name="observer">Told the name and the value of each input that quantization smooths, or null.</param>
internal sealed class LinearLayers(GraphBuilder graph, BertConfiguration configuration, TensorCollection weights, Action<string, string>? observer)
{
    /// <summary>Emits query, key, and value of an attention and gives them in this order, [tokens, hidden] each.</summary>
    /// <param name="name">The attention's name.</param>
    /// <param name="value">The attention's input, [tokens, hidden].</param>
    /// <param name="queryScale">What the query is multiplied by.</param>
    public string[] EmitProjections(string name, string value, float queryScale)
    {
        observer?.Invoke(name, value);
        int hidden = configuration.HiddenSize;
        BertArchitecture names = configuration.Architecture;
        (string, float)[] layers = [($"{name}.{names.Query}", queryScale), ($"{name}.{names.Key}", 1), ($"{name}.{names.Value}", 1)];
        return configuration.Precision == ModelPrecision.Int8
            ? Int8LinearGraph.Emit(graph, weights, value, hidden, hidden, QuantizedLayer.SmoothingName(name), layers)
            : [.. layers.Select(layer => EmitSingle(layer.Item1, hidden, hidden, value, layer.Item2))];
    }

    /// <summary>Emits a layer whose input, [tokens, hidden], has channels that stand out.</summary>
    public string EmitSmoothed(string name, int outputs, string value)
    {
        observer?.Invoke(name, value);
        return Emit(name, configuration.HiddenSize, outputs, value, QuantizedLayer.SmoothingName(name));
    }

    /// <summary>Emits a layer: [tokens, inputs] in, [tokens, outputs] out.</summary>
    public string Emit(string name, int inputs, int outputs, string value) => Emit(name, inputs, outputs, value, smoothing: null);

    private string Emit(string name, int inputs, int outputs, string value, string? smoothing)
        => configuration.Precision == ModelPrecision.Int8
            ? Int8LinearGraph.Emit(graph, weights, value, inputs, outputs, smoothing, (name, 1))[0]
            : EmitSingle(name, inputs, outputs, value, scale: 1);

    private string EmitSingle(string name, int inputs, int outputs, string value, float scale)
    {
        string weight = graph.Weights(weights.Get(name + ".weight", outputs, inputs));
        string bias = graph.Weights(weights.Get(name + ".bias", outputs));
        return graph.Node("Gemm", [value, weight, bias], ("transB", 1L), ("alpha", scale), ("beta", scale));
    }
}
