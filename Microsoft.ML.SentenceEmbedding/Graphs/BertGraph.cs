namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Emits BERT's encoder: token ids in, one vector per token out.</summary>
/// <remarks>
/// The arithmetic is that of transformers' BertModel without dropout and pooler. Linear layers run over [tokens, hidden] with the weights as PyTorch stores them,
/// [out, in]; only attention needs the shape [batch, sequence]. Token types are all 0, so their row is added to the position table beforehand.
/// </remarks>
internal static class BertGraph
{
    /// <summary>Emits the encoder for ids and mask, [batch, sequence] each, and gives the token vectors, [batch, sequence, hidden].</summary>
    /// <param name="graph">The graph to extend.</param>
    /// <param name="configuration">The encoder's shape.</param>
    /// <param name="weights">The encoder's tensors, under BertModel's names.</param>
    /// <param name="inputIds">An int64 value; rows are padded on the right with any valid id.</param>
    /// <param name="attentionMask">A float value: 1 for a token, 0 for padding.</param>
    /// <param name="observer">Told the name and the value of each layer's inputs that quantization smooths, [tokens, hidden], or null.</param>
    public static string Emit(
        GraphBuilder graph, BertConfiguration configuration, TensorCollection weights, string inputIds, string attentionMask, Action<string, string>? observer = null)
    {
        int hidden = configuration.HiddenSize;
        string shape = graph.Node("Shape", [inputIds]);
        var layout = new AttentionLayout(
            Heads: graph.Node("Concat", [shape, graph.Integers(configuration.AttentionHeads, hidden / configuration.AttentionHeads)], ("axis", 0L)),
            Rows: graph.Integers(-1, hidden),
            Bias: EmitAttentionBias(graph, attentionMask));
        var linears = new LinearLayers(graph, configuration, weights, observer);

        string states = EmitEmbeddings(graph, configuration, weights, inputIds, shape);
        states = graph.Node("Reshape", [states, layout.Rows]);
        for (int layer = 0; layer < configuration.Layers; layer++)
        {
            states = EmitLayer(graph, configuration, weights, linears, $"encoder.layer.{layer}.", states, layout);
        }

        return graph.Node("Reshape", [states, graph.Node("Concat", [shape, graph.Integers(hidden)], ("axis", 0L))]);
    }

    /// <summary>Gives 0 for a token and a very large negative number for padding, [batch, 1, 1, sequence], to be added to attention's scores.</summary>
    private static string EmitAttentionBias(GraphBuilder graph, string attentionMask)
    {
        string padding = graph.Node("Sub", [attentionMask, graph.Scalar(1)]);
        return graph.Node("Unsqueeze", [graph.Node("Mul", [padding, graph.Scalar(float.MaxValue)]), graph.Integers(1, 2)]);
    }

    private static string EmitEmbeddings(GraphBuilder graph, BertConfiguration configuration, TensorCollection weights, string inputIds, string shape)
    {
        int hidden = configuration.HiddenSize;
        string words = graph.GatherRows(weights.Get("embeddings.word_embeddings.weight", configuration.VocabularySize, hidden), inputIds);

        float[] positions = weights.Get("embeddings.position_embeddings.weight", configuration.MaximumPositions, hidden).ToSingle();
        float[] types = weights.Get("embeddings.token_type_embeddings.weight", configuration.TokenTypes, hidden).ToSingle();
        for (int i = 0; i < positions.Length; i++)
        {
            positions[i] += types[i % hidden];
        }

        string table = graph.Weights("position_and_type_embeddings", [configuration.MaximumPositions, hidden], positions);
        string sequence = graph.Node("Slice", [shape, graph.Integers(1), graph.Integers(2)]);
        string rows = graph.Node("Slice", [table, graph.Integers(0), sequence]);
        return EmitLayerNorm(graph, configuration, weights, "embeddings.LayerNorm", graph.Node("Add", [words, rows]));
    }

    private static string EmitLayer(
        GraphBuilder graph, BertConfiguration configuration, TensorCollection weights, LinearLayers linears, string prefix, string states, AttentionLayout layout)
    {
        string context = EmitAttention(graph, configuration, linears, prefix, states, layout);
        string attended = linears.Emit(prefix + "attention.output.dense", configuration.HiddenSize, configuration.HiddenSize, context);
        states = EmitLayerNorm(graph, configuration, weights, prefix + "attention.output.LayerNorm", graph.Node("Add", [attended, states]));

        string inner = linears.EmitSmoothed(prefix + "intermediate.dense", configuration.IntermediateSize, states);
        inner = ActivationGraph.Emit(graph, configuration.Activation, inner);
        string outer = linears.Emit(prefix + "output.dense", configuration.IntermediateSize, configuration.HiddenSize, inner);
        return EmitLayerNorm(graph, configuration, weights, prefix + "output.LayerNorm", graph.Node("Add", [outer, states]));
    }

    private static string EmitAttention(GraphBuilder graph, BertConfiguration configuration, LinearLayers linears, string prefix, string states, AttentionLayout layout)
    {
        int hidden = configuration.HiddenSize;

        // The scores' scale, 1 / sqrt(size of a head), costs nothing as the factor of the query's matrix product.
        float scale = 1 / MathF.Sqrt(hidden / configuration.AttentionHeads);
        string[] projections = linears.EmitProjections(prefix + "attention.self", states, scale);
        string query = SplitHeads(projections[0], 0, 2, 1, 3);
        string key = SplitHeads(projections[1], 0, 2, 3, 1);
        string value = SplitHeads(projections[2], 0, 2, 1, 3);

        string scores = graph.Node("Add", [graph.Node("MatMul", [query, key]), layout.Bias]);
        string context = graph.Node("MatMul", [graph.Node("Softmax", [scores], ("axis", -1L)), value]);
        return graph.Node("Reshape", [graph.Node("Transpose", [context], ("perm", new long[] { 0, 2, 1, 3 })), layout.Rows]);

        string SplitHeads(string rows, params long[] order)
            => graph.Node("Transpose", [graph.Node("Reshape", [rows, layout.Heads])], ("perm", order));
    }

    private static string EmitLayerNorm(GraphBuilder graph, BertConfiguration configuration, TensorCollection weights, string name, string value)
    {
        string weight = graph.Weights(weights.Get(name + ".weight", configuration.HiddenSize));
        string bias = graph.Weights(weights.Get(name + ".bias", configuration.HiddenSize));
        return graph.Node("LayerNormalization", [value, weight, bias], ("epsilon", configuration.LayerNormEpsilon), ("axis", -1L));
    }

    /// <summary>What every layer's attention needs of the batch's shape.</summary>
    /// <param name="Heads">The shape [batch, sequence, heads, size of a head].</param>
    /// <param name="Rows">The shape [batch * sequence, hidden].</param>
    /// <param name="Bias">The value added to the scores, [batch, 1, 1, sequence].</param>
    private readonly record struct AttentionLayout(string Heads, string Rows, string Bias);
}
