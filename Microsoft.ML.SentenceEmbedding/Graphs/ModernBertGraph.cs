namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Emits ModernBERT's encoder: normalization in front of each part, rotary positions, attention over all tokens or over a window, and a gated feed-forward network.</summary>
/// <remarks>The arithmetic is that of transformers' ModernBertModel without dropout.</remarks>
internal static class ModernBertGraph
{
    /// <inheritdoc cref="EncoderGraph.Emit"/>
    public static string Emit(GraphBuilder graph, ModernBertConfiguration configuration, TensorCollection weights, string inputIds, string attentionMask)
    {
        int hidden = configuration.HiddenSize;
        string shape = graph.Node("Shape", [inputIds]);
        var attention = new AttentionGraph(graph, shape, hidden, configuration.AttentionHeads);
        string globalBias = AttentionGraph.EmitPaddingBias(graph, attentionMask);
        var global = new Reach(globalBias, RotaryGraph.Create(graph, configuration, configuration.GlobalRotaryBase));
        var local = new Reach(
            graph.Node("Add", [globalBias, EmitWindowBias(graph, configuration.WindowReach, shape)]),
            RotaryGraph.Create(graph, configuration, configuration.LocalRotaryBase));

        string words = graph.GatherRows(weights.Get(ModernBertConfiguration.WordEmbeddings, configuration.VocabularySize, hidden), inputIds);
        string states = EmitLayerNorm(graph, configuration, weights, ModernBertConfiguration.EmbeddingNorm, attention.ToRows(words));
        for (int layer = 0; layer < configuration.Layers; layer++)
        {
            Reach reach = configuration.GlobalLayers[layer] ? global : local;
            states = EmitLayer(graph, configuration, weights, attention, reach, layer, states);
        }

        states = EmitLayerNorm(graph, configuration, weights, ModernBertConfiguration.FinalNorm, states);
        return graph.Node("Reshape", [states, graph.Node("Concat", [shape, graph.Integers(hidden)], ("axis", 0L))]);
    }

    /// <summary>Emits 0 inside the window and a very large negative number outside, [sequence, sequence].</summary>
    private static string EmitWindowBias(GraphBuilder graph, int reach, string shape)
    {
        string outside = graph.Node("Greater", [graph.Node("Abs", [AttentionGraph.EmitDistances(graph, shape)]), graph.Integer(reach)]);
        return graph.Node("Where", [outside, graph.Scalar(-float.MaxValue), graph.Scalar(0)]);
    }

    private static string EmitLayer(
        GraphBuilder graph, ModernBertConfiguration configuration, TensorCollection weights, AttentionGraph attention, Reach reach, int layer, string states)
    {
        int hidden = configuration.HiddenSize;
        int intermediate = configuration.IntermediateSize;
        string prefix = $"layers.{layer}.";
        string value = layer == 0 ? states : EmitLayerNorm(graph, configuration, weights, prefix + "attn_norm.weight", states);
        string[] projections = graph.Nodes("Split", 3, [EmitLinear(graph, weights, prefix + "attn.Wqkv.weight", 3 * hidden, hidden, value)], ("axis", 1L), ("num_outputs", 3L));
        string query = reach.Rotary.Emit(graph, attention.SplitHeads(projections[0], 0, 2, 1, 3));
        string key = reach.Rotary.Emit(graph, attention.SplitHeads(projections[1], 0, 2, 1, 3));
        float scale = 1 / MathF.Sqrt(hidden / configuration.AttentionHeads);
        string scores = graph.Node("com.microsoft.FusedMatMul", [query, key], ("transB", 1L), ("alpha", scale));
        string context = attention.EmitContext(scores, reach.Bias, attention.SplitHeads(projections[2], 0, 2, 1, 3));
        states = graph.Node("Add", [states, EmitLinear(graph, weights, prefix + "attn.Wo.weight", hidden, hidden, context)]);

        value = EmitLayerNorm(graph, configuration, weights, prefix + "mlp_norm.weight", states);
        string[] halves = graph.Nodes("Split", 2, [EmitLinear(graph, weights, prefix + "mlp.Wi.weight", 2 * intermediate, hidden, value)], ("axis", 1L), ("num_outputs", 2L));
        string gated = graph.Node("Mul", [ActivationGraph.Emit(graph, configuration.Activation, halves[0]), halves[1]]);
        return graph.Node("Add", [states, EmitLinear(graph, weights, prefix + "mlp.Wo.weight", hidden, intermediate, gated)]);
    }

    private static string EmitLinear(GraphBuilder graph, TensorCollection weights, string name, int outputs, int inputs, string value)
        => graph.Node("Gemm", [value, graph.Weights(weights.Get(name, outputs, inputs))], ("transB", 1L));

    private static string EmitLayerNorm(GraphBuilder graph, ModernBertConfiguration configuration, TensorCollection weights, string name, string value)
        => graph.Node("LayerNormalization", [value, graph.Weights(weights.Get(name, configuration.HiddenSize))], ("epsilon", configuration.LayerNormEpsilon), ("axis", -1L));

    /// <summary>What a layer's tokens look at.</summary>
    /// <param name="Bias">The value added to the scores.</param>
    /// <param name="Rotary">The positions.</param>
    private readonly record struct Reach(string Bias, RotaryGraph Rotary);
}
