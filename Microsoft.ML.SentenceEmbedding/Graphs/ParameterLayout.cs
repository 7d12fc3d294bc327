namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Where each of a BERT encoder's tensors lies in one flat buffer: the layers first, then the embeddings' LayerNorm, the tables last.</summary>
/// <remarks>Weights, gradients, and the optimizer's moments have the same layout, so that a step is a few passes over flat memory. Frozen embeddings are the end that is left out.</remarks>
internal sealed class ParameterLayout
{
    // The trained weights become one file in memory, as single precision.
    private static readonly int MaximumSize = Array.MaxLength / sizeof(float);

    private readonly List<TrainingParameter> _parameters = [];
    private readonly List<TrainingParameter> _inputs = [];

    /// <summary>Creates the layout of an encoder.</summary>
    /// <exception cref="NotSupportedException">The encoder has too many weights.</exception>
    public ParameterLayout(BertConfiguration configuration)
    {
        int hidden = Width = configuration.HiddenSize;
        int intermediate = configuration.IntermediateSize;
        for (int layer = 0; layer < configuration.Layers; layer++)
        {
            string prefix = $"encoder.layer.{layer}.";
            AddProjections(prefix + "attention.self.", hidden);
            AddLinear(prefix + "attention.output.dense", hidden, hidden);
            AddLayerNorm(prefix + "attention.output.LayerNorm", hidden);
            AddLinear(prefix + "intermediate.dense", intermediate, hidden);
            AddLinear(prefix + "output.dense", hidden, intermediate);
            AddLayerNorm(prefix + "output.LayerNorm", hidden);
        }

        LayersEnd = Size;
        AddLayerNorm("embeddings.LayerNorm", hidden);
        TokenTypes = AddInput("embeddings.token_type_embeddings.weight", configuration.TokenTypes, hidden);
        Positions = AddInput("embeddings.position_embeddings.weight", configuration.MaximumPositions, hidden);
        Words = AddInput("embeddings.word_embeddings.weight", configuration.VocabularySize, hidden);
    }

    /// <summary>Gets the length of a token's vector, which is that of the tables' rows.</summary>
    public int Width { get; }

    /// <summary>Gets the encoder's tensors under BertModel's names.</summary>
    public IReadOnlyList<TrainingParameter> Parameters => _parameters;

    /// <summary>Gets the tensors as the training graph takes them: query, key, and value of a layer are one.</summary>
    public IReadOnlyList<TrainingParameter> Inputs => _inputs;

    /// <summary>Gets the index behind the last layer's numbers.</summary>
    public int LayersEnd { get; }

    /// <summary>Gets the table of token types.</summary>
    public TrainingParameter TokenTypes { get; }

    /// <summary>Gets the table of positions.</summary>
    public TrainingParameter Positions { get; }

    /// <summary>Gets the table of words.</summary>
    public TrainingParameter Words { get; }

    /// <summary>Gets the number of all numbers.</summary>
    public int Size => _parameters.Count == 0 ? 0 : _parameters[^1].End;

    /// <summary>Gives the name of a layer's merged query, key, and value tensor, the weight or the bias.</summary>
    public static string ProjectionsName(string prefix, string kind) => $"{prefix}projections.{kind}";

    private void AddProjections(string prefix, int hidden)
    {
        int weight = Add(prefix + "query.weight", hidden, hidden).Offset;
        Add(prefix + "key.weight", hidden, hidden);
        Add(prefix + "value.weight", hidden, hidden);
        int bias = Add(prefix + "query.bias", hidden).Offset;
        Add(prefix + "key.bias", hidden);
        Add(prefix + "value.bias", hidden);
        _inputs.Add(new TrainingParameter(ProjectionsName(prefix, "weight"), [3 * hidden, hidden], weight));
        _inputs.Add(new TrainingParameter(ProjectionsName(prefix, "bias"), [3 * hidden], bias));
    }

    private void AddLinear(string name, int outputs, int inputs)
    {
        AddInput(name + ".weight", outputs, inputs);
        AddInput(name + ".bias", outputs);
    }

    private void AddLayerNorm(string name, int size)
    {
        AddInput(name + ".weight", size);
        AddInput(name + ".bias", size);
    }

    private TrainingParameter AddInput(string name, params long[] shape)
    {
        var parameter = Add(name, shape);
        _inputs.Add(parameter);
        return parameter;
    }

    private TrainingParameter Add(string name, params long[] shape)
    {
        if (shape.Aggregate(1L, (count, dimension) => count * dimension) > MaximumSize - Size)
        {
            throw new NotSupportedException($"An encoder with more than {MaximumSize} weights cannot be trained; it ends before {name}. Take a student with fewer layers or a smaller vocabulary.");
        }

        var parameter = new TrainingParameter(name, shape, Size);
        _parameters.Add(parameter);
        return parameter;
    }
}
