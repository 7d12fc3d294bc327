namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Brings a vector's numbers to the mean 0 and the variance 1, and gives each its own scale and shift: (x - mean) / sqrt(variance + <see cref="Epsilon"/>) w + b.</summary>
/// <param name="Weight">w, [dimensions].</param>
/// <param name="Bias">b, [dimensions].</param>
internal sealed record LayerNormModule(StoredTensor Weight, StoredTensor Bias) : SentenceModule
{
    /// <summary>What is added to the variance: PyTorch's default, as sentence-transformers sets no other.</summary>
    public const float Epsilon = 1e-5f;
}
