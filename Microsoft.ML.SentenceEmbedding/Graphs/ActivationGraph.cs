namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Emits activation functions, as PyTorch defines them.</summary>
internal static class ActivationGraph
{
    /// <summary>Applies the function to each element of a value.</summary>
    public static string Emit(GraphBuilder graph, ActivationFunction function, string value) => function switch
    {
        ActivationFunction.Gelu => graph.Node("Gelu", [value]),
        ActivationFunction.GeluNew => graph.Node("Gelu", [value], ("approximate", "tanh")),
        ActivationFunction.Relu => graph.Node("Relu", [value]),
        ActivationFunction.Silu => graph.Node("Mul", [value, graph.Node("Sigmoid", [value])]),
        ActivationFunction.Tanh => graph.Node("Tanh", [value]),
        ActivationFunction.Sigmoid => graph.Node("Sigmoid", [value]),
        ActivationFunction.Identity => value,
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "There is no graph for this activation function."),
    };
}
