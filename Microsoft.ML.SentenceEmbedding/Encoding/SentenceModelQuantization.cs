using System.Runtime.CompilerServices;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Makes models that compute in 8-bit integers.</summary>
public static class SentenceModelQuantization
{
    private static readonly ConditionalWeakTable<SentenceModel, SentenceModel> Quantized = [];

    /// <summary>Makes a model whose encoder computes its matrix products in 8-bit integers: faster, smaller, and with vectors close to those of this one.</summary>
    /// <param name="model">A model in single precision.</param>
    /// <param name="calibrationTexts">Texts such as the model will meet, some dozens; or null for general ones. They tell which channels of the layers' inputs stand out. The scales themselves are found for each token anew.</param>
    /// <returns>A model named "name-int8", in memory; it is saved and loaded like any other. A model that is quantized already is given back, and without texts the same model always gives the same one.</returns>
    /// <remarks>
    /// <para>Weights have a scale for each output, activations one for each token, so that a text's vector does not depend on the texts beside it (Yao et al., ZeroQuant, arXiv:2206.01861).
    /// Outliers are moved from the activations into the weights beforehand (Xiao et al., SmoothQuant, arXiv:2211.10438). Attention, LayerNorm, pooling, and Dense modules stay in single precision.</para>
    /// <para>On x64 processors without VNNI, where the sums of 8-bit products would be cut off, weights are taken with 7 bits.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">There are no texts, or one of them is null.</exception>
    /// <exception cref="NotSupportedException">The weights are too large for memory.</exception>
    public static SentenceModel Quantize(this SentenceModel model, IReadOnlyList<string>? calibrationTexts = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Precision == ModelPrecision.Int8)
        {
            return model;
        }

        if (calibrationTexts is null)
        {
            return Quantized.GetValue(model, static model => Int8Quantizer.Quantize(model, CalibrationTexts.Default));
        }

        if (calibrationTexts.Count == 0 || calibrationTexts.Contains(null!))
        {
            throw new ArgumentException(calibrationTexts.Count == 0 ? "There are no texts; null stands for general ones." : "A text is null.", nameof(calibrationTexts));
        }

        return Int8Quantizer.Quantize(model, calibrationTexts);
    }
}
