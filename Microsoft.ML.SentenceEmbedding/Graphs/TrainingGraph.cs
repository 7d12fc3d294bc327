using static Microsoft.ML.SentenceEmbedding.Graphs.Onnx.TensorProto.Types;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The ONNX model that a student is trained with: forward and backward in one graph, the weights as inputs, the loss and the gradients as outputs.</summary>
/// <remarks>
/// <para>Tokens of a batch lie one behind the other without padding, [tokens, hidden]; only attention spreads them to [batch, sequence]. Every operator is one that ONNX Runtime's inference package has.</para>
/// <para>The loss is the sum over all sentences and dimensions of (student - teacher)², times a weight that the caller chooses: 1 / (sentences * dimensions) gives PyTorch's MSELoss, and parts of a batch add up.</para>
/// </remarks>
internal static class TrainingGraph
{
    /// <summary>Token ids, int64 [tokens].</summary>
    public const string InputIds = "input_ids";

    /// <summary>Each token's position in its sentence, int64 [tokens].</summary>
    public const string Positions = "positions";

    /// <summary>What attention's scores are raised by: 0 for a token, a very large negative number for padding, float [batch, 1, 1, sequence].</summary>
    public const string AttentionBias = "attention_bias";

    /// <summary>The token that fills each place of [batch, sequence], 0 for padding: int64 [batch * sequence].</summary>
    public const string PaddedTokens = "padded_tokens";

    /// <summary>1 for a token and 0 for padding, float [batch * sequence, 1].</summary>
    public const string PaddingMask = "padding_mask";

    /// <summary>The place of each token in [batch, sequence], int64 [tokens].</summary>
    public const string TokenPlaces = "token_places";

    /// <summary>The share that each token has in each sentence's pooled vector, float [batch, tokens].</summary>
    public const string PoolingWeights = "pooling_weights";

    /// <summary>The teacher's vectors, float [batch, hidden].</summary>
    public const string TeacherVectors = "teacher_vectors";

    /// <summary>What the sum of squares is multiplied by, float [1].</summary>
    public const string LossWeight = "loss_weight";

    /// <summary>The weighted loss, float [1].</summary>
    public const string Loss = "loss";

    /// <summary>The gradient of each token's row before the embeddings' LayerNorm, to be added to the rows of the three tables: float [tokens, hidden].</summary>
    public const string RowGradients = "row_gradients";

    // The smallest length that a vector is divided by, as torch.nn.functional.normalize has it.
    private const float SmallestLength = 1e-12f;

    /// <summary>Gives the name of the output with a tensor's gradient.</summary>
    public static string Gradient(string parameter) => "gradient:" + parameter;

    /// <summary>Emits the model.</summary>
    /// <param name="configuration">The encoder's sizes.</param>
    /// <param name="layout">The weights.</param>
    /// <param name="normalizes">Whether pooled vectors are brought to length 1.</param>
    /// <param name="trainsEmbeddings">Whether the embeddings get gradients.</param>
    /// <param name="drops">Whether there is dropout: the masks are inputs then, see <see cref="DropoutMask"/>.</param>
    public static TrainingModel Build(BertConfiguration configuration, ParameterLayout layout, bool normalizes, bool trainsEmbeddings, bool drops)
    {
        var graph = new GraphBuilder();
        string inputIds = graph.Input(InputIds, DataType.Int64, "tokens");
        string positions = graph.Input(Positions, DataType.Int64, "tokens");
        string pooling = graph.Input(PoolingWeights, DataType.Float, "batch", "tokens");
        string teacher = graph.Input(TeacherVectors, DataType.Float, "batch", configuration.HiddenSize);
        string weight = graph.Input(LossWeight, DataType.Float, 1);
        foreach (var parameter in layout.Inputs)
        {
            graph.Input(parameter.Name, DataType.Float, [.. parameter.Shape.Cast<object>()]);
        }

        var encoder = new BertTrainingGraph(graph, configuration, drops);
        string pooled = graph.Node("Gemm", [pooling, encoder.Forward(inputIds, positions)]);
        string length = graph.Node("Max", [graph.Node("ReduceL2", [pooled, graph.Integers(1)], ("keepdims", 1L)), graph.Scalar(SmallestLength)]);
        string vectors = normalizes ? graph.Node("Div", [pooled, length]) : pooled;
        string difference = graph.Node("Sub", [vectors, teacher]);
        string squares = graph.Node("ReduceSumSquare", [difference], ("keepdims", 0L));
        graph.Output(graph.Node("Mul", [squares, weight]), Loss, DataType.Float, 1);

        string gradient = graph.Node("Mul", [difference, graph.Node("Mul", [weight, graph.Scalar(2)])]);
        if (normalizes)
        {
            // y = x / |x|: dx = (dy - y (y . dy)) / |x|
            string along = graph.Node("ReduceSum", [graph.Node("Mul", [vectors, gradient]), graph.Integers(1)], ("keepdims", 1L));
            gradient = graph.Node("Div", [graph.Node("Sub", [gradient, graph.Node("Mul", [vectors, along])]), length]);
        }

        string rows = encoder.Backward(graph.Node("Gemm", [pooling, gradient], ("transA", 1L)), trainsEmbeddings);
        if (trainsEmbeddings)
        {
            graph.Output(rows, RowGradients, DataType.Float, "tokens", configuration.HiddenSize);
        }

        foreach (var parameter in layout.Inputs)
        {
            if (encoder.Gradients.TryGetValue(parameter.Name, out string? value))
            {
                graph.Output(value, Gradient(parameter.Name), DataType.Float, [.. parameter.Shape.Cast<object>()]);
            }
        }

        return new TrainingModel(graph.Build(), encoder.DropoutMasks);
    }
}
