namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Emits linear layers and LayerNorms over [tokens, ...] with their gradients; weights are inputs of the graph under their own names.</summary>
internal sealed class TrainingLayers
{
    private readonly GraphBuilder _graph;
    private readonly int _hidden;
    private readonly float _epsilon;
    private readonly Dictionary<string, string> _gradients = new(StringComparer.Ordinal);

    /// <summary>Creates an emitter for a graph.</summary>
    public TrainingLayers(GraphBuilder graph, int hidden, float epsilon)
    {
        _graph = graph;
        _hidden = hidden;
        _epsilon = epsilon;
    }

    /// <summary>Gets the weights' gradients by the weights' names.</summary>
    public IReadOnlyDictionary<string, string> Gradients => _gradients;

    /// <summary>y = scale x W' + biasScale b.</summary>
    public string Linear(string name, string input, float scale = 1, float biasScale = 1)
        => _graph.Node("Gemm", [input, name + ".weight", name + ".bias"], ("transB", 1L), ("alpha", scale), ("beta", biasScale));

    /// <summary>dW = scale dy' x, db = biasScale sum(dy); gives dx = scale dy W + residual.</summary>
    public string LinearGradient(string name, string input, string gradient, float scale, float biasScale, string? residual, bool needsInput = true)
    {
        _gradients[name + ".weight"] = _graph.Node("Gemm", [gradient, input], ("transA", 1L), ("alpha", scale));
        string bias = SumTokens(gradient);
        _gradients[name + ".bias"] = biasScale == 1 ? bias : _graph.Node("Mul", [bias, _graph.Scalar(biasScale)]);
        if (!needsInput)
        {
            return gradient;
        }

        string[] operands = residual is null ? [gradient, name + ".weight"] : [gradient, name + ".weight", residual];
        return _graph.Node("Gemm", operands, ("alpha", scale));
    }

    /// <summary>y = n w + b with n = (x - mean) / deviation.</summary>
    public (string Output, LayerNormState State) LayerNorm(string name, string input)
    {
        string[] outputs = _graph.Nodes(
            "LayerNormalization", 3, [input, name + ".weight", name + ".bias"], ("epsilon", _epsilon), ("axis", -1L));
        return (outputs[0], new LayerNormState(name, input, outputs[1], outputs[2]));
    }

    /// <summary>dw = sum(dy n), db = sum(dy); gives dx = (dy w - mean(dy w) - n mean(dy w n)) / deviation.</summary>
    public string LayerNormGradient(LayerNormState state, string gradient)
    {
        string normalized = _graph.Node("Mul", [_graph.Node("Sub", [state.Input, state.Mean]), state.InverseDeviation]);
        string product = _graph.Node("Mul", [gradient, normalized]);
        _gradients[state.Name + ".weight"] = SumTokens(product);
        _gradients[state.Name + ".bias"] = SumTokens(gradient);

        // Rows' means as products with w / hidden: faster than weighting first and reducing then.
        string column = _graph.Node("Reshape", [state.Name + ".weight", _graph.Integers(_hidden, 1)]);
        string share = _graph.Node("Mul", [column, _graph.Scalar(1f / _hidden)]);
        string mean = _graph.Node("MatMul", [gradient, share]);
        string along = _graph.Node("Mul", [normalized, _graph.Node("MatMul", [product, share])]);
        string weighted = _graph.Node("Mul", [gradient, state.Name + ".weight"]);
        return _graph.Node("Mul", [_graph.Node("Sub", [_graph.Node("Sub", [weighted, along]), mean]), state.InverseDeviation]);
    }

    private string SumTokens(string value) => _graph.Node("ReduceSum", [value, _graph.Integers(0)], ("keepdims", 0L));
}
