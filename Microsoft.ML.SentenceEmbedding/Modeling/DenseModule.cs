namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A linear layer and an activation: f(W x + b).</summary>
/// <param name="Weight">W, [output, input].</param>
/// <param name="Bias">b, [output], or null for none.</param>
/// <param name="Activation">f.</param>
internal sealed record DenseModule(StoredTensor Weight, StoredTensor? Bias, ActivationFunction Activation) : SentenceModule;
