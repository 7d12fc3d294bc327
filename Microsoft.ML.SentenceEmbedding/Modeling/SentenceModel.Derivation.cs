using System.Collections.ObjectModel;

namespace Microsoft.ML.SentenceEmbedding;

public sealed partial class SentenceModel
{
    /// <summary>Makes a smaller model of some of the encoder's layers: the start of a distillation, whose student learns to give the vectors of this model again.</summary>
    /// <param name="layers">Indices from 0 to the number of layers less one, in the order in which the new encoder applies them; one may come several times.</param>
    /// <returns>A model named "name-layers-0-3", in memory, with the weights as they are stored and the same tokenizer and modules.</returns>
    /// <exception cref="ArgumentException"><paramref name="layers"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    /// <exception cref="NotSupportedException">The weights are too large for memory, or in an ONNX file.</exception>
    public SentenceModel KeepLayers(params int[] layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ThrowIfOnnx();
        if (layers.Length == 0)
        {
            throw new ArgumentException("At least one layer must be kept.", nameof(layers));
        }

        foreach (int layer in layers)
        {
            if (layer < 0 || layer >= Encoder.Layers)
            {
                throw new ArgumentOutOfRangeException(nameof(layers), layer, $"{Name} has the layers 0 to {Encoder.Layers - 1}.");
            }
        }

        return DerivedModel.OfLayers(this, layers);
    }

    /// <summary>Makes a model with other weights, such as trained ones.</summary>
    /// <param name="weights">Row-major elements under the names of <see cref="Weights"/>; the others stay.</param>
    /// <param name="precision">How all weights are stored.</param>
    /// <param name="name">The new model's name.</param>
    /// <param name="extraFiles">More files of the model by relative path, such as README.md, in <see cref="Files"/> as all others, or null for none.</param>
    /// <exception cref="ArgumentException">The encoder has no such weights, or they have another size.</exception>
    /// <exception cref="NotSupportedException">A weight is beyond the precision, the weights are too large for memory, or they are 8-bit integers or in an ONNX file.</exception>
    internal SentenceModel With(
        IReadOnlyDictionary<string, ReadOnlyMemory<float>> weights,
        WeightPrecision precision,
        string name,
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? extraFiles = null)
    {
        ThrowIfOnnx();
        return Precision == ModelPrecision.Float32
            ? DerivedModel.WithWeights(this, weights, precision, name, extraFiles ?? ReadOnlyDictionary<string, ReadOnlyMemory<byte>>.Empty)
            : throw new NotSupportedException($"The weights of {Name} are 8-bit integers: they are saved as they are, and cannot be trained or converted. Take the model that it was made from.");
    }

    private void ThrowIfOnnx()
    {
        if (Encoder is OnnxConfiguration onnx)
        {
            throw new NotSupportedException($"{Name} is run from its {onnx.Path} as it is: no layers, precision, or weights can be chosen. Take the model in safetensors.");
        }
    }
}
