namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The sizes of an encoder and the tensors it needs, whatever its architecture.</summary>
/// <param name="HiddenSize">Length of a token's vector.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="VocabularySize">Rows of the word embeddings.</param>
/// <param name="Precision">How the weights of the layers are stored and computed with.</param>
internal abstract record EncoderConfiguration(int HiddenSize, int Layers, int VocabularySize, ModelPrecision Precision = ModelPrecision.Float32)
{
    /// <summary>Gets the architecture's name as people write it, such as "BERT".</summary>
    public abstract string ArchitectureName { get; }

    /// <summary>Gets the number of tokens that the encoder reads at most.</summary>
    public abstract int MaximumTokens { get; }

    /// <summary>Gets a value indicating whether the encoder gives a vector for each token; else it has the modules inside, and gives one for each text.</summary>
    public virtual bool GivesTokenVectors => true;

    /// <summary>Gets what task models put in front of the tensors' names, such as "bert.".</summary>
    public abstract string TaskPrefix { get; }

    /// <summary>Gets the key of config.json with the number of layers, which a model of some of the layers changes; null where each layer has its own place.</summary>
    public virtual string? LayersKey => null;

    /// <summary>Gives the names and shapes of the tensors that belong to no layer, the word embeddings first.</summary>
    public abstract IEnumerable<WeightDescription> FixedWeights();

    /// <summary>Gives the names and shapes of a layer's tensors, in the same order for every layer.</summary>
    public abstract IEnumerable<WeightDescription> LayerWeights(int layer);

    /// <summary>Gives the names and shapes of all tensors.</summary>
    public IEnumerable<WeightDescription> AllWeights() => FixedWeights().Concat(Enumerable.Range(0, Layers).SelectMany(LayerWeights));
}
