namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Emits an encoder, whatever its architecture: token ids in, one vector per token out.</summary>
internal static class EncoderGraph
{
    /// <summary>Emits the encoder for ids and mask, [batch, sequence] each, and gives the token vectors, [batch, sequence, hidden].</summary>
    /// <param name="graph">The graph to extend.</param>
    /// <param name="configuration">The encoder's sizes.</param>
    /// <param name="weights">The encoder's tensors.</param>
    /// <param name="inputIds">An int64 value; rows are padded on the right with any valid id.</param>
    /// <param name="attentionMask">A float value: 1 for a token, 0 for padding.</param>
    public static string Emit(GraphBuilder graph, EncoderConfiguration configuration, TensorCollection weights, string inputIds, string attentionMask) => configuration switch
    {
        BertConfiguration bert => BertGraph.Emit(graph, bert, weights, inputIds, attentionMask),
        ModernBertConfiguration modernBert => ModernBertGraph.Emit(graph, modernBert, weights, inputIds, attentionMask),
        StaticEmbeddingConfiguration table => graph.GatherRows(weights.GetChecked(table.TensorName), inputIds),
        _ => throw new NotSupportedException($"The encoder {configuration.ArchitectureName} has no graph."),
    };
}
