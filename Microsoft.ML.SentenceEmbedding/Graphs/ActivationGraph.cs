namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Emits activation functions, as PyTorch defines them.</summary>
internal static class ActivationGraph
{
    // PyTorch's defaults.
    private const float LeakySlope = 0.01f;
    private const float ShrinkThreshold = 0.5f;

    /// <summary>Applies the function to each element of a value.</summary>
    public static string Emit(GraphBuilder graph, ActivationFunction function, string value) => function switch
    {
        ActivationFunction.Gelu => graph.Node("Gelu", [value]),
        ActivationFunction.GeluNew => graph.Node("Gelu", [value], ("approximate", "tanh")),
        ActivationFunction.ClippedGelu => EmitClip(graph, graph.Node("Gelu", [value]), -10, 10),
        ActivationFunction.QuickGelu => graph.Node("Mul", [value, graph.Node("Sigmoid", [graph.Node("Mul", [value, graph.Scalar(1.702f)])])]),
        ActivationFunction.Relu => graph.Node("Relu", [value]),
        ActivationFunction.Relu6 => EmitClip(graph, value, 0, 6),
        ActivationFunction.LeakyRelu => graph.Node("LeakyRelu", [value], ("alpha", LeakySlope)),
        ActivationFunction.Elu => graph.Node("Elu", [value]),
        ActivationFunction.Selu => graph.Node("Selu", [value]),
        ActivationFunction.Silu => graph.Node("Mul", [value, graph.Node("Sigmoid", [value])]),
        ActivationFunction.Mish => graph.Node("Mul", [value, graph.Node("Tanh", [graph.Node("Softplus", [value])])]),
        ActivationFunction.Softplus => graph.Node("Softplus", [value]),
        ActivationFunction.Softsign => graph.Node("Softsign", [value]),
        ActivationFunction.Tanh => graph.Node("Tanh", [value]),
        ActivationFunction.Tanhshrink => graph.Node("Sub", [value, graph.Node("Tanh", [value])]),
        ActivationFunction.Hardtanh => EmitClip(graph, value, -1, 1),
        ActivationFunction.Sigmoid => graph.Node("Sigmoid", [value]),
        ActivationFunction.LogSigmoid => graph.Node("Neg", [graph.Node("Softplus", [graph.Node("Neg", [value])])]),
        ActivationFunction.Hardsigmoid => EmitHardsigmoid(graph, value),
        ActivationFunction.Hardswish => graph.Node("Mul", [value, EmitHardsigmoid(graph, value)]),
        ActivationFunction.Softshrink => graph.Node("Shrink", [value], ("lambd", ShrinkThreshold), ("bias", ShrinkThreshold)),
        ActivationFunction.Hardshrink => graph.Node("Shrink", [value], ("lambd", ShrinkThreshold)),
        ActivationFunction.Identity => value,
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "There is no graph for this activation function."),
    };

    private static string EmitClip(GraphBuilder graph, string value, float smallest, float largest)
        => graph.Node("Clip", [value, graph.Scalar(smallest), graph.Scalar(largest)]);

    private static string EmitHardsigmoid(GraphBuilder graph, string value)
        => graph.Node("HardSigmoid", [value], ("alpha", 1 / 6f), ("beta", 0.5f));
}
