namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Emits encoders with BERT's layers: BERT, DistilBERT, RoBERTa, XLM-RoBERTa, and MPNet.</summary>
/// <remarks>
/// The arithmetic is that of transformers' models of these names without dropout and pooler. Linear layers run over [tokens, hidden] with the weights as PyTorch stores them,
/// [out, in]. Token types are all 0, so their row is added to the position table beforehand.
/// </remarks>
internal static class BertGraph
{
    /// <summary>Emits the encoder for ids and mask, [batch, sequence] each, and gives the token vectors, [batch, sequence, hidden].</summary>
    /// <param name="graph">The graph to extend.</param>
    /// <param name="configuration">The encoder's shape.</param>
    /// <param name="weights">The encoder's tensors, under the names of its architecture.</param>
    /// <param name="inputIds">An int64 value; rows are padded on the right with any valid id.</param>
    /// <param name="attentionMask">A float value: 1 for a token, 0 for padding.</param>
    /// <param name="observer">Told the name and the value of each layer's inputs that quantization smooths, [tokens, hidden], or null.</param>
    public static string Emit(
        GraphBuilder graph, BertConfiguration configuration, TensorCollection weights, string inputIds, string attentionMask, Action<string, string>? observer = null)
    {
        int hidden = configuration.HiddenSize;
        string shape = graph.Node("Shape", [inputIds]);
        var attention = new AttentionGraph(graph, shape, hidden, configuration.AttentionHeads);
        string bias = AttentionGraph.EmitPaddingBias(graph, attentionMask);
        if (configuration.RelativePositionBuckets > 0)
        {
            float[] table = weights.Get(BertConfiguration.RelativePositions, configuration.RelativePositionBuckets, configuration.AttentionHeads).ToSingle();
            bias = graph.Node("Add", [bias, RelativePositionGraph.Emit(graph, configuration, table, shape)]);
        }

        var linears = new LinearLayers(graph, configuration, weights, observer);
        string states = attention.ToRows(EmitEmbeddings(graph, configuration, weights, inputIds, shape));
        for (int layer = 0; layer < configuration.Layers; layer++)
        {
            states = EmitLayer(graph, configuration, weights, linears, configuration.Architecture.LayerPrefix(layer), states, attention, bias);
        }

        return graph.Node("Reshape", [states, graph.Node("Concat", [shape, graph.Integers(hidden)], ("axis", 0L))]);
    }

    private static string EmitEmbeddings(GraphBuilder graph, BertConfiguration configuration, TensorCollection weights, string inputIds, string shape)
    {
        int hidden = configuration.HiddenSize;
        string words = graph.GatherRows(weights.Get(BertConfiguration.WordEmbeddings, configuration.VocabularySize, hidden), inputIds);

        float[] positions = weights.Get(BertConfiguration.PositionEmbeddings, configuration.MaximumPositions, hidden).ToSingle();
        if (configuration.TokenTypes > 0)
        {
            float[] types = weights.Get(BertConfiguration.TokenTypeEmbeddings, configuration.TokenTypes, hidden).ToSingle();
            for (int i = 0; i < positions.Length; i++)
            {
                positions[i] += types[i % hidden];
            }
        }

        string table = graph.Weights("position_and_type_embeddings", [configuration.MaximumPositions, hidden], positions);
        string rows = configuration.PaddingId is { } padding
            ? graph.Node("Gather", [table, EmitPlaces(graph, inputIds, padding)], ("axis", 0L))
            : graph.Node("Slice", [table, graph.Integers(0), graph.Node("Slice", [shape, graph.Integers(1), graph.Integers(2)])]);
        return EmitLayerNorm(graph, configuration, weights, BertConfiguration.EmbeddingNorm, graph.Node("Add", [words, rows]));
    }

    /// <summary>Emits RoBERTa's positions, [batch, sequence]: they begin behind the padding token's id, and a padding token in the text itself takes that id and is not counted.</summary>
    private static string EmitPlaces(GraphBuilder graph, string inputIds, int padding)
    {
        string isPadding = graph.Node("Equal", [inputIds, graph.Integer(padding)]);
        string counted = graph.Node("Where", [isPadding, graph.Integer(0), graph.Integer(1)]);
        string count = graph.Node("Mul", [graph.Node("CumSum", [counted, graph.Integer(1)]), counted]);
        return graph.Node("Add", [count, graph.Integer(padding)]);
    }

    private static string EmitLayer(
        GraphBuilder graph,
        BertConfiguration configuration,
        TensorCollection weights,
        LinearLayers linears,
        string prefix,
        string states,
        AttentionGraph attention,
        string bias)
    {
        BertArchitecture names = configuration.Architecture;
        string context = EmitAttention(configuration, graph, linears, prefix, states, attention, bias);
        string attended = linears.Emit(prefix + names.AttentionOutput, configuration.HiddenSize, configuration.HiddenSize, context);
        states = EmitLayerNorm(graph, configuration, weights, prefix + names.AttentionNorm, graph.Node("Add", [attended, states]));

        string inner = linears.EmitSmoothed(prefix + names.Intermediate, configuration.IntermediateSize, states);
        inner = ActivationGraph.Emit(graph, configuration.Activation, inner);
        string outer = linears.Emit(prefix + names.Output, configuration.IntermediateSize, configuration.HiddenSize, inner);
        return EmitLayerNorm(graph, configuration, weights, prefix + names.OutputNorm, graph.Node("Add", [outer, states]));
    }

    private static string EmitAttention(
        BertConfiguration configuration, GraphBuilder graph, LinearLayers linears, string prefix, string states, AttentionGraph attention, string bias)
    {
        // The scores' scale, 1 / sqrt(size of a head), costs nothing as the factor of the query's matrix product.
        float scale = 1 / MathF.Sqrt(configuration.HiddenSize / configuration.AttentionHeads);
        string[] projections = linears.EmitProjections(prefix + configuration.Architecture.Attention, states, scale);
        string query = attention.SplitHeads(projections[0], 0, 2, 1, 3);
        string key = attention.SplitHeads(projections[1], 0, 2, 3, 1);
        string value = attention.SplitHeads(projections[2], 0, 2, 1, 3);
        return attention.EmitContext(graph.Node("MatMul", [query, key]), bias, value);
    }

    private static string EmitLayerNorm(GraphBuilder graph, BertConfiguration configuration, TensorCollection weights, string name, string value)
    {
        string weight = graph.Weights(weights.Get(name + ".weight", configuration.HiddenSize));
        string bias = graph.Weights(weights.Get(name + ".bias", configuration.HiddenSize));
        return graph.Node("LayerNormalization", [value, weight, bias], ("epsilon", configuration.LayerNormEpsilon), ("axis", -1L));
    }
}
