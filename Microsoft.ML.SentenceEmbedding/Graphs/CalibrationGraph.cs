using static Microsoft.ML.SentenceEmbedding.Graphs.Onnx.TensorProto.Types;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The graph that measures how large the channels of linear layers' inputs become.</summary>
internal static class CalibrationGraph
{
    /// <summary>The name of the output.</summary>
    public const string Magnitudes = "magnitudes";

    /// <summary>Emits the encoder with one output, float [inputs * hidden]: for each input that is smoothed, one behind the other, the largest magnitude of each channel over all tokens.</summary>
    /// <param name="model">A model in single precision.</param>
    /// <param name="encoder">The model's encoder.</param>
    /// <param name="inputs">The inputs' names, with the layer's prefix.</param>
    public static OnnxGraph Build(SentenceModel model, BertConfiguration encoder, out IReadOnlyList<string> inputs)
    {
        var graph = new GraphBuilder();
        string inputIds = graph.Input(SentenceGraph.InputIds, DataType.Int64, "batch", "sequence");
        string mask = SentenceGraph.DeclareMask(graph);
        var names = new List<string>();
        var magnitudes = new List<string>();
        BertGraph.Emit(graph, encoder, model.Weights, inputIds, mask, (name, value) =>
        {
            names.Add(name);
            magnitudes.Add(graph.Node("ReduceMax", [graph.Node("Abs", [value]), graph.Integers(0)], ("keepdims", 0L)));
        });
        graph.Output(graph.Node("Concat", [.. magnitudes], ("axis", 0L)), Magnitudes, DataType.Float, (long)names.Count * encoder.HiddenSize);
        inputs = names;
        return graph.Build();
    }
}
