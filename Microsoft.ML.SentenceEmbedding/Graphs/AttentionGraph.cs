namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Emits what the attention of all architectures has in common, for one batch shape.</summary>
/// <remarks>States are [tokens, hidden]; only attention needs the shape [batch, sequence].</remarks>
internal sealed class AttentionGraph
{
    private readonly GraphBuilder _graph;
    private readonly string _headsShape;
    private readonly string _rowsShape;

    /// <summary>Emits the shapes that all layers use.</summary>
    /// <param name="graph">The graph to extend.</param>
    /// <param name="shape">The value with the shape [batch, sequence].</param>
    /// <param name="hidden">Length of a token's vector.</param>
    /// <param name="heads">Attention heads.</param>
    public AttentionGraph(GraphBuilder graph, string shape, int hidden, int heads)
    {
        _graph = graph;
        _headsShape = graph.Node("Concat", [shape, graph.Integers(heads, hidden / heads)], ("axis", 0L));
        _rowsShape = graph.Integers(-1, hidden);
    }

    /// <summary>Emits 0 for a token and a very large negative number for padding, [batch, 1, 1, sequence], to be added to attention's scores.</summary>
    /// <param name="graph">The graph to extend.</param>
    /// <param name="attentionMask">A float value [batch, sequence]: 1 for a token, 0 for padding.</param>
    public static string EmitPaddingBias(GraphBuilder graph, string attentionMask)
    {
        string padding = graph.Node("Sub", [attentionMask, graph.Scalar(1)]);
        return graph.Node("Unsqueeze", [graph.Node("Mul", [padding, graph.Scalar(float.MaxValue)]), graph.Integers(1, 2)]);
    }

    /// <summary>Emits how far each token stands behind each other, int64 [sequence, sequence]: the column's place less the row's.</summary>
    /// <param name="graph">The graph to extend.</param>
    /// <param name="shape">The value with the shape [batch, sequence].</param>
    public static string EmitDistances(GraphBuilder graph, string shape)
    {
        string places = graph.Node("Range", [graph.Integer(0), graph.Node("Gather", [shape, graph.Integer(1)]), graph.Integer(1)]);
        return graph.Node("Sub", [places, graph.Node("Unsqueeze", [places, graph.Integers(1)])]);
    }

    /// <summary>Emits token vectors as rows, [tokens, hidden].</summary>
    public string ToRows(string value) => _graph.Node("Reshape", [value, _rowsShape]);

    /// <summary>Splits rows into heads, [batch, sequence, heads, size of a head] in another order of the dimensions.</summary>
    public string SplitHeads(string rows, params long[] order)
        => _graph.Node("Transpose", [_graph.Node("Reshape", [rows, _headsShape])], ("perm", order));

    /// <summary>Emits the mean of the values weighted by the scores' softmax, as rows.</summary>
    /// <param name="scores">[batch, heads, sequence, sequence].</param>
    /// <param name="bias">What is added to the scores.</param>
    /// <param name="value">[batch, heads, sequence, size of a head].</param>
    public string EmitContext(string scores, string bias, string value)
    {
        string weights = _graph.Node("Softmax", [_graph.Node("Add", [scores, bias])], ("axis", -1L));
        string context = _graph.Node("MatMul", [weights, value]);
        return ToRows(_graph.Node("Transpose", [context], ("perm", new long[] { 0, 2, 1, 3 })));
    }
}
