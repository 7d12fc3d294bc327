using static Microsoft.ML.SentenceEmbedding.Graphs.Onnx.TensorProto.Types;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Emits BERT's encoder for training: <see cref="Forward"/> remembers what <see cref="Backward"/> needs.</summary>
/// <remarks>
/// The arithmetic is that of transformers' BertModel in training mode, the gradients are derived by hand. Weights keep PyTorch's layout, [out, in]; nothing is transposed
/// but by the flags of a matrix product, and a residual's gradient is added as the third operand of one.
/// </remarks>
internal sealed class BertTrainingGraph
{
    private readonly GraphBuilder _graph;
    private readonly BertConfiguration _configuration;
    private readonly TrainingLayers _layers;
    private readonly List<DropoutMask>? _masks;
    private readonly Stack<LayerState> _states = [];
    private readonly float _scale;
    private readonly string _attentionBias;
    private readonly string _paddedTokens;
    private readonly string _paddingMask;
    private readonly string _tokenPlaces;
    private readonly string _headsShape;
    private readonly string _projectionsShape;
    private readonly string _rowsShape;
    private readonly string _projectionRowsShape;
    private LayerNormState _embeddingNorm;
    private string? _embeddingMask;

    /// <summary>Declares what attention needs of a batch.</summary>
    public BertTrainingGraph(GraphBuilder graph, BertConfiguration configuration, bool drops)
    {
        _graph = graph;
        _configuration = configuration;
        _layers = new TrainingLayers(graph, configuration.HiddenSize, configuration.LayerNormEpsilon);
        _masks = drops ? [] : null;
        int headSize = configuration.HiddenSize / configuration.AttentionHeads;
        _scale = 1 / MathF.Sqrt(headSize);
        _attentionBias = graph.Input(TrainingGraph.AttentionBias, DataType.Float, "batch", 1, 1, "sequence");
        _paddedTokens = graph.Input(TrainingGraph.PaddedTokens, DataType.Int64, "places");
        _paddingMask = graph.Input(TrainingGraph.PaddingMask, DataType.Float, "places", 1);
        _tokenPlaces = graph.Input(TrainingGraph.TokenPlaces, DataType.Int64, "tokens");

        string batch = graph.Node("Gather", [graph.Node("Shape", [_attentionBias]), graph.Integers(0, 3)], ("axis", 0L));
        _headsShape = graph.Node("Concat", [batch, graph.Integers(configuration.AttentionHeads, headSize)], ("axis", 0L));
        _projectionsShape = graph.Node("Concat", [batch, graph.Integers(3, configuration.AttentionHeads, headSize)], ("axis", 0L));
        _rowsShape = graph.Integers(-1, configuration.HiddenSize);
        _projectionRowsShape = graph.Integers(-1, 3 * configuration.HiddenSize);
    }

    /// <summary>Gets the gradients' values by the weights' names, once <see cref="Backward"/> was emitted.</summary>
    public IReadOnlyDictionary<string, string> Gradients => _layers.Gradients;

    /// <summary>Gets the masks of dropout.</summary>
    public IReadOnlyList<DropoutMask> DropoutMasks => _masks ?? [];

    /// <summary>Emits the encoder and gives the token vectors, [tokens, hidden].</summary>
    public string Forward(string inputIds, string positions)
    {
        string type = _graph.Node("Gather", ["embeddings.token_type_embeddings.weight", _graph.Integer(0)], ("axis", 0L));
        string words = _graph.Node("Gather", ["embeddings.word_embeddings.weight", inputIds], ("axis", 0L));
        string places = _graph.Node("Gather", ["embeddings.position_embeddings.weight", positions], ("axis", 0L));
        string rows = _graph.Node("Add", [_graph.Node("Add", [words, places]), type]);
        (string states, _embeddingNorm) = _layers.LayerNorm("embeddings.LayerNorm", rows);
        (states, _embeddingMask) = Drop(states, "embeddings", ofAttention: false);
        for (int layer = 0; layer < _configuration.Layers; layer++)
        {
            states = ForwardLayer($"encoder.layer.{layer}.", states);
        }

        return states;
    }

    /// <summary>Emits the gradients and gives those of the rows before the embeddings' LayerNorm; without embeddings the result means nothing.</summary>
    /// <param name="gradient">The token vectors' gradient, [tokens, hidden].</param>
    /// <param name="trainsEmbeddings">Whether the gradients go down to the embeddings.</param>
    public string Backward(string gradient, bool trainsEmbeddings)
    {
        while (_states.TryPop(out var state))
        {
            gradient = BackwardLayer(state, gradient, needsInput: trainsEmbeddings || _states.Count > 0);
        }

        return trainsEmbeddings ? _layers.LayerNormGradient(_embeddingNorm, Mask(gradient, _embeddingMask)) : gradient;
    }

    private string ForwardLayer(string prefix, string input)
    {
        var attention = ForwardAttention(prefix + "attention.self.", input);
        string attended = _layers.Linear(prefix + "attention.output.dense", attention.Output);
        (attended, string? attendedMask) = Drop(attended, prefix + "attention.output", ofAttention: false);
        (string middle, var middleNorm) = _layers.LayerNorm(prefix + "attention.output.LayerNorm", _graph.Node("Add", [attended, input]));

        var activation = new TrainingActivation(_graph, _configuration.Activation);
        string inner = _layers.Linear(prefix + "intermediate.dense", middle, activation.InputScale, activation.InputScale);
        string activated = activation.Forward(inner);
        string outer = _layers.Linear(prefix + "output.dense", activated, activation.OutputScale);
        (outer, string? outerMask) = Drop(outer, prefix + "output", ofAttention: false);
        (string output, var outputNorm) = _layers.LayerNorm(prefix + "output.LayerNorm", _graph.Node("Add", [outer, middle]));
        _states.Push(new LayerState(prefix, input, attention, attendedMask, middle, middleNorm, activation, activated, outerMask, outputNorm));
        return output;
    }

    private string BackwardLayer(LayerState state, string gradient, bool needsInput)
    {
        var activation = state.Activation;
        string outputGradient = _layers.LayerNormGradient(state.OutputNorm, gradient);
        string activatedGradient = _layers.LinearGradient(
            state.Prefix + "output.dense", state.Activated, Mask(outputGradient, state.OuterMask), activation.OutputScale, biasScale: 1, residual: null);
        string middleGradient = _layers.LinearGradient(
            state.Prefix + "intermediate.dense", state.Middle, activation.Backward(activatedGradient), activation.InputScale, activation.InputScale, outputGradient);

        string attendedGradient = _layers.LayerNormGradient(state.MiddleNorm, middleGradient);
        string contextGradient = _layers.LinearGradient(
            state.Prefix + "attention.output.dense", state.Attention.Output, Mask(attendedGradient, state.AttendedMask), scale: 1, biasScale: 1, residual: null);
        string projections = BackwardAttention(state.Attention, contextGradient);
        return _layers.LinearGradient(
            state.Prefix + "attention.self.projections", state.Input, projections, scale: 1, biasScale: 1, attendedGradient, needsInput);
    }

    private AttentionState ForwardAttention(string prefix, string input)
    {
        string projections = _graph.Node("Gather", [_layers.Linear(prefix + "projections", input), _paddedTokens], ("axis", 0L));
        string parts = _graph.Node("Transpose", [_graph.Node("Reshape", [projections, _projectionsShape])], ("perm", new long[] { 2, 0, 3, 1, 4 }));
        string[] split = _graph.Nodes("Split", 3, [parts], ("axis", 0L), ("num_outputs", 3L));
        string[] heads = [.. split.Select(part => _graph.Node("Squeeze", [part, _graph.Integers(0)]))];

        string scores = Product(heads[0], heads[1], transposeLeft: false, transposeRight: true, _scale);
        string probabilities = _graph.Node("Softmax", [_graph.Node("Add", [scores, _attentionBias])], ("axis", -1L));
        (string dropped, string? mask) = Drop(probabilities, prefix + "probabilities", ofAttention: true);
        string context = _graph.Node("MatMul", [dropped, heads[2]]);
        string rows = _graph.Node("Reshape", [_graph.Node("Transpose", [context], ("perm", new long[] { 0, 2, 1, 3 })), _rowsShape]);
        string output = _graph.Node("Gather", [rows, _tokenPlaces], ("axis", 0L));
        return new AttentionState(heads[0], heads[1], heads[2], probabilities, dropped, mask, context, output);
    }

    /// <summary>Gives the gradient of the merged projections' output, [tokens, 3 * hidden].</summary>
    private string BackwardAttention(AttentionState state, string gradient)
    {
        string places = _graph.Node("Mul", [_graph.Node("Gather", [gradient, _paddedTokens], ("axis", 0L)), _paddingMask]);
        string context = _graph.Node("Transpose", [_graph.Node("Reshape", [places, _headsShape])], ("perm", new long[] { 0, 2, 1, 3 }));

        // P = softmax(S), O = P V: dS = P (dP - rowsum(dP P)), and that sum is rowsum(dO O), dropout included.
        string along = _graph.Node("ReduceSum", [_graph.Node("Mul", [context, state.Context]), _graph.Integers(3)], ("keepdims", 1L));
        string value = Product(state.Dropped, context, transposeLeft: true, transposeRight: false);
        string probabilities = Mask(Product(context, state.Value, transposeLeft: false, transposeRight: true), state.Mask);
        string scores = _graph.Node("Mul", [_graph.Node("Sub", [probabilities, along]), state.Probabilities]);
        string query = Product(scores, state.Key, transposeLeft: false, transposeRight: false, _scale);
        string key = Product(scores, state.Query, transposeLeft: true, transposeRight: false, _scale);

        string[] parts = [.. new[] { query, key, value }.Select(part => _graph.Node("Unsqueeze", [part, _graph.Integers(0)]))];
        string rows = _graph.Node("Transpose", [_graph.Node("Concat", parts, ("axis", 0L))], ("perm", new long[] { 1, 3, 0, 2, 4 }));
        return _graph.Node("Gather", [_graph.Node("Reshape", [rows, _projectionRowsShape]), _tokenPlaces], ("axis", 0L));
    }

    private string Product(string left, string right, bool transposeLeft, bool transposeRight, float scale = 1)
        => _graph.Node(
            "com.microsoft.FusedMatMul", [left, right], ("transA", transposeLeft ? 1L : 0L), ("transB", transposeRight ? 1L : 0L), ("alpha", scale));

    private (string Value, string? Mask) Drop(string value, string place, bool ofAttention)
    {
        if (_masks is null)
        {
            return (value, null);
        }

        string name = "dropout:" + place;
        _masks.Add(new DropoutMask(name, ofAttention));
        string mask = ofAttention
            ? _graph.Input(name, DataType.Float, "batch", _configuration.AttentionHeads, "sequence", "sequence")
            : _graph.Input(name, DataType.Float, "tokens", _configuration.HiddenSize);
        return (_graph.Node("Mul", [value, mask]), mask);
    }

    private string Mask(string gradient, string? mask) => mask is null ? gradient : _graph.Node("Mul", [gradient, mask]);

    /// <summary>What a layer's backward part needs of its forward part.</summary>
    private sealed record LayerState(
        string Prefix,
        string Input,
        AttentionState Attention,
        string? AttendedMask,
        string Middle,
        LayerNormState MiddleNorm,
        TrainingActivation Activation,
        string Activated,
        string? OuterMask,
        LayerNormState OutputNorm);

    /// <summary>What attention's backward part needs: heads are [batch, heads, sequence, size of a head], the output is [tokens, hidden].</summary>
    private sealed record AttentionState(
        string Query, string Key, string Value, string Probabilities, string Dropped, string? Mask, string Context, string Output);
}
