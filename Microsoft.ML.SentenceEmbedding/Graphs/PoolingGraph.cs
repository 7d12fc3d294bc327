using static Microsoft.ML.SentenceEmbedding.Graphs.Onnx.TensorProto.Types;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Emits pooling: the token vectors of a text become one vector.</summary>
/// <remarks>The arithmetic is that of sentence-transformers' Pooling module, one function per mode; several modes are concatenated in their order.</remarks>
internal static class PoolingGraph
{
    // The smallest divisor, so that a text without any pooled token gives zeros rather than NaN.
    private const float SmallestCount = 1e-9f;

    // What a position outside the text counts as when the largest value is looked for.
    private const float OutsideText = -1e9f;

    /// <summary>Emits a pooling module and gives its vectors, [batch, modes * hidden].</summary>
    /// <param name="graph">The graph to extend.</param>
    /// <param name="modes">What is computed, in the order of the output.</param>
    /// <param name="promptTokens">An int64 value []: the number of tokens at the start of each text, [CLS] included, that are not pooled; null if all are.</param>
    /// <param name="tokens">The token vectors, [batch, sequence, hidden].</param>
    /// <param name="attentionMask">A float value [batch, sequence]: 1 for a token, 0 for padding on the right.</param>
    public static string Emit(GraphBuilder graph, IReadOnlyList<PoolingMode> modes, string? promptTokens, string tokens, string attentionMask)
    {
        string mask = promptTokens is null ? attentionMask : graph.Node("Mul", [attentionMask, EmitFrom(graph, promptTokens, attentionMask)]);
        string[] pooled = [.. modes.Select(mode => mode switch
        {
            PoolingMode.Cls => EmitFirst(graph, promptTokens, tokens, attentionMask),
            PoolingMode.Max => EmitMax(graph, tokens, mask),
            PoolingMode.Mean => EmitMean(graph, tokens, mask, squareRoot: false),
            PoolingMode.MeanSquareRootLength => EmitMean(graph, tokens, mask, squareRoot: true),
            PoolingMode.WeightedMean => EmitMean(graph, tokens, graph.Node("Mul", [mask, EmitPositions(graph, first: 1, mask)]), squareRoot: false),
            PoolingMode.LastToken => EmitLast(graph, tokens, mask),
            _ => throw new ArgumentOutOfRangeException(nameof(modes), mode, "There is no graph for this pooling mode."),
        })];
        return pooled.Length == 1 ? pooled[0] : graph.Node("Concat", pooled, ("axis", 1L));
    }

    /// <summary>The sum of the vectors by their weights, over the weights' sum or its square root.</summary>
    private static string EmitMean(GraphBuilder graph, string tokens, string weights, bool squareRoot)
    {
        string sum = graph.Node("Squeeze", [graph.Node("MatMul", [graph.Node("Unsqueeze", [weights, graph.Integers(1)]), tokens]), graph.Integers(1)]);
        string count = graph.Node("Max", [graph.Node("ReduceSum", [weights, graph.Integers(1)], ("keepdims", 1L)), graph.Scalar(SmallestCount)]);
        return graph.Node("Div", [sum, squareRoot ? graph.Node("Sqrt", [count]) : count]);
    }

    /// <summary>The largest value of each dimension.</summary>
    private static string EmitMax(GraphBuilder graph, string tokens, string mask)
    {
        string inside = graph.Node("Greater", [graph.Node("Unsqueeze", [mask, graph.Integers(2)]), graph.Scalar(0)]);
        return graph.Node("ReduceMax", [graph.Node("Where", [inside, tokens, graph.Scalar(OutsideText)]), graph.Integers(1)], ("keepdims", 0L));
    }

    /// <summary>The vector of the first token, or of the first one after the prompt.</summary>
    private static string EmitFirst(GraphBuilder graph, string? promptTokens, string tokens, string attentionMask)
    {
        if (promptTokens is null)
        {
            return graph.Node("Gather", [tokens, graph.Integer(0)], ("axis", 1L));
        }

        string last = graph.Node("Sub", [EmitLength(graph, attentionMask), graph.Integer(1)]);
        return EmitRow(graph, tokens, graph.Node("Min", [last, promptTokens]));
    }

    /// <summary>The vector of the last token.</summary>
    private static string EmitLast(GraphBuilder graph, string tokens, string mask)
    {
        string position = graph.Node("ArgMax", [graph.Node("Mul", [mask, EmitPositions(graph, first: 1, mask)])], ("axis", 1L), ("keepdims", 1L));
        return EmitRow(graph, tokens, position);
    }

    /// <summary>One token vector of each text; positions are [batch, 1].</summary>
    private static string EmitRow(GraphBuilder graph, string tokens, string positions)
        => graph.Node("Squeeze", [graph.Node("GatherND", [tokens, graph.Node("Unsqueeze", [positions, graph.Integers(2)])], ("batch_dims", 1L)), graph.Integers(1)]);

    /// <summary>The number of tokens of each text, int64 [batch, 1].</summary>
    private static string EmitLength(GraphBuilder graph, string mask)
        => graph.Node("Cast", [graph.Node("ReduceSum", [mask, graph.Integers(1)], ("keepdims", 1L))], ("to", (long)DataType.Int64));

    /// <summary>1 from a position on, 0 before it: float [sequence].</summary>
    private static string EmitFrom(GraphBuilder graph, string position, string mask)
    {
        string from = graph.Node("Cast", [position], ("to", (long)DataType.Float));
        return graph.Node("Cast", [graph.Node("GreaterOrEqual", [EmitPositions(graph, first: 0, mask), from])], ("to", (long)DataType.Float));
    }

    /// <summary>first, first + 1, ...: float [sequence].</summary>
    private static string EmitPositions(GraphBuilder graph, int first, string mask)
    {
        string sequence = graph.Node("Squeeze", [graph.Node("Slice", [graph.Node("Shape", [mask]), graph.Integers(1), graph.Integers(2)])]);
        string positions = graph.Node("Range", [graph.Integer(first), graph.Node("Add", [sequence, graph.Integer(first)]), graph.Integer(1)]);
        return graph.Node("Cast", [positions], ("to", (long)DataType.Float));
    }
}
