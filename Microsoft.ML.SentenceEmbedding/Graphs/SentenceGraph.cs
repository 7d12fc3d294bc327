using static Microsoft.ML.SentenceEmbedding.Graphs.Onnx.TensorProto.Types;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The ONNX models that a sentence-transformers model is run as, and the names of their inputs and outputs.</summary>
internal static class SentenceGraph
{
    /// <summary>Token ids, int64 [batch, sequence].</summary>
    public const string InputIds = "input_ids";

    /// <summary>1 for a token and 0 for padding, int64 [batch, sequence].</summary>
    public const string AttentionMask = "attention_mask";

    /// <summary>The number of tokens at the start of every text that are not pooled, int64 []: an input of models that leave out the prompt (<see cref="SentenceModel.LeavesOutPrompt"/>).</summary>
    public const string PromptTokens = "prompt_tokens";

    /// <summary>The encoder's vectors, float [batch, sequence, hidden].</summary>
    public const string TokenEmbeddings = "token_embeddings";

    /// <summary>The result of all modules, before a truncation: float [batch, dimensions].</summary>
    public const string SentenceEmbedding = "sentence_embedding";

    // The smallest length that a vector is divided by, as torch.nn.functional.normalize has it.
    private const float SmallestLength = 1e-12f;

    /// <summary>Emits the whole model: ids and mask in; token vectors and sentence vectors out, of which a run asks for what it needs.</summary>
    /// <param name="model">The model.</param>
    public static OnnxGraph Build(SentenceModel model)
    {
        var graph = new GraphBuilder();
        string inputIds = graph.Input(InputIds, DataType.Int64, "batch", "sequence");
        string mask = DeclareMask(graph);
        string tokens = EncoderGraph.Emit(graph, model.Encoder, model.Weights, inputIds, mask);
        graph.Output(tokens, TokenEmbeddings, DataType.Float, "batch", "sequence", model.TokenDimensions);
        graph.Output(EmitModules(graph, model, tokens, mask), SentenceEmbedding, DataType.Float, "batch", model.UntruncatedDimensions);
        return graph.Build();
    }

    /// <summary>Emits the modules behind the encoder alone: token vectors, or the sentence vectors of an encoder that gives no others, and mask in; sentence vectors out.</summary>
    /// <inheritdoc cref="Build" path="/param"/>
    public static OnnxGraph BuildModules(SentenceModel model)
    {
        var graph = new GraphBuilder();
        string tokens = model.Encoder.GivesTokenVectors
            ? graph.Input(TokenEmbeddings, DataType.Float, "batch", "sequence", model.Encoder.HiddenSize)
            : graph.Input(TokenEmbeddings, DataType.Float, "batch", model.Encoder.HiddenSize);
        string mask = DeclareMask(graph);
        graph.Output(EmitModules(graph, model, tokens, mask), SentenceEmbedding, DataType.Float, "batch", model.UntruncatedDimensions);
        return graph.Build();
    }

    /// <summary>Declares the mask and gives it as numbers, float [batch, sequence].</summary>
    internal static string DeclareMask(GraphBuilder graph)
        => graph.Node("Cast", [graph.Input(AttentionMask, DataType.Int64, "batch", "sequence")], ("to", (long)DataType.Float));

    private static string EmitModules(GraphBuilder graph, SentenceModel model, string tokens, string mask)
    {
        string value = tokens;
        foreach (var module in model.Modules)
        {
            value = module switch
            {
                PoolingModule pooling => PoolingGraph.Emit(graph, pooling.Modes, pooling.IncludePrompt ? null : graph.Input(PromptTokens, DataType.Int64), value, mask),
                DenseModule dense => EmitDense(graph, dense, value),
                LayerNormModule norm => EmitLayerNorm(graph, norm, value),
                NormalizeModule => EmitNormalize(graph, value),
                _ => throw new NotSupportedException($"The module {module.GetType().Name} has no graph."),
            };
        }

        return value;
    }

    private static string EmitDense(GraphBuilder graph, DenseModule dense, string value)
    {
        string[] inputs = dense.Bias is null
            ? [value, graph.Weights(dense.Weight)]
            : [value, graph.Weights(dense.Weight), graph.Weights(dense.Bias)];
        return ActivationGraph.Emit(graph, dense.Activation, graph.Node("Gemm", inputs, ("transB", 1L)));
    }

    private static string EmitLayerNorm(GraphBuilder graph, LayerNormModule norm, string value)
        => graph.Node("LayerNormalization", [value, graph.Weights(norm.Weight), graph.Weights(norm.Bias)], ("epsilon", LayerNormModule.Epsilon), ("axis", -1L));

    private static string EmitNormalize(GraphBuilder graph, string value)
    {
        string length = graph.Node("ReduceL2", [value, graph.Integers(-1)], ("keepdims", 1L));
        return graph.Node("Div", [value, graph.Node("Max", [length, graph.Scalar(SmallestLength)])]);
    }
}
