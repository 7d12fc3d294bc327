using System.Numerics.Tensors;
using static Microsoft.ML.SentenceEmbedding.Graphs.Onnx.TensorProto.Types;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Emits linear layers whose products are of 8-bit integers.</summary>
/// <remarks>
/// Each row of the input, a token, gets its own scale, so that a text's vector depends neither on the texts beside it nor on a sample that scales were measured on.
/// The weights have a scale for each output. The sums are exact integers; all else is single precision. ONNX Runtime brings the weights into the
/// order of its products once, when it makes the session, so that no copy of them passes through the graph.
/// </remarks>
internal static class Int8LinearGraph
{
    // Activations are from -127 to 127; the kernels take them unsigned, with a zero point.
    private const float LargestActivation = 127;
    private const byte ZeroPoint = 128;

    // What a row of zeros is divided by.
    private const float SmallestMagnitude = 1e-30f;

    /// <summary>Emits layers that read the same input, as one product, and gives their outputs, [rows, outputs] each.</summary>
    /// <param name="graph">The graph to extend.</param>
    /// <param name="weights">The encoder's tensors.</param>
    /// <param name="value">The input, [rows, inputs].</param>
    /// <param name="inputs">The input's width.</param>
    /// <param name="outputs">The width of each output.</param>
    /// <param name="smoothing">The name of the input's smoothing factors, or null where it has none.</param>
    /// <param name="layers">The layers' names, and what each one's output is multiplied by.</param>
    public static string[] Emit(GraphBuilder graph, TensorCollection weights, string value, int inputs, int outputs, string? smoothing, params ReadOnlySpan<(string Name, float Scale)> layers)
    {
        if (smoothing is not null)
        {
            value = graph.Node("Mul", [value, graph.Weights(weights.Get(smoothing, inputs))]);
        }

        string largest = graph.Node("ReduceMax", [graph.Node("Abs", [value]), graph.Integers(-1)], ("keepdims", 1L));
        string step = graph.Node("Mul", [graph.Node("Max", [largest, graph.Scalar(SmallestMagnitude)]), graph.Scalar(1 / LargestActivation)]);
        string quantized = graph.Node("QuantizeLinear", [graph.Node("Div", [value, step]), graph.Scalar(1), graph.UnsignedByte(ZeroPoint)]);

        var (product, biases) = EmitProduct(graph, weights, quantized, inputs, outputs, layers);
        string result = graph.Node("Add", [graph.Node("Mul", [product, step]), biases]);
        return layers.Length == 1
            ? [result]
            : graph.Nodes("Split", layers.Length, [result], ("axis", 1L), ("num_outputs", (long)layers.Length));
    }

    private static (string Product, string Biases) EmitProduct(
        GraphBuilder graph, TensorCollection weights, string quantized, int inputs, int outputs, ReadOnlySpan<(string Name, float Scale)> layers)
    {
        int columns = layers.Length * outputs;
        string[] rows = new string[layers.Length];
        float[] scales = new float[columns];
        float[] biases = new float[columns];
        for (int layer = 0; layer < layers.Length; layer++)
        {
            var (name, factor) = layers[layer];
            int first = layer * outputs;
            rows[layer] = graph.SignedBytes(weights.GetIntegers(name + ".weight", outputs, inputs));
            weights.Get(QuantizedLayer.ScaleName(name), outputs).CopyTo(scales.AsSpan(first));
            weights.Get(name + ".bias", outputs).CopyTo(biases.AsSpan(first));
            for (int i = first; i < first + outputs; i++)
            {
                scales[i] *= factor;
                biases[i] *= factor;
            }
        }

        string matrix = rows.Length == 1 ? rows[0] : graph.Node("Concat", rows, ("axis", 0L));
        if (Int8Kernels.Saturate)
        {
            matrix = EmitHalf(graph, matrix);
            TensorPrimitives.Multiply(scales, 2, scales);
        }

        string product = graph.Node("com.microsoft.MatMulIntegerToFloat",
        [
            quantized,
            graph.Node("Transpose", [matrix], ("perm", new long[] { 1, 0 })),
            graph.Scalar(1),
            graph.Weights(QuantizedLayer.ScaleName(layers[0].Name), [columns], scales),
            graph.UnsignedByte(ZeroPoint),
        ]);
        return (product, graph.Weights(layers[0].Name + ".bias", [columns], biases));
    }

    /// <summary>Takes the last bit off all weights, after which two products of a weight and an unsigned activation fit: 2 · 255 · 64 is below 32,768.</summary>
    internal static string EmitHalf(GraphBuilder graph, string weights)
    {
        string half = graph.Node("Mul", [graph.Node("Cast", [weights], ("to", (long)DataType.Float)), graph.Scalar(0.5f)]);
        return graph.Node("Cast", [graph.Node("Round", [half])], ("to", (long)DataType.Int8));
    }
}
