using System.Collections.ObjectModel;

namespace Microsoft.ML.SentenceEmbedding;

public sealed partial class SentenceModel
{
    /// <summary>Writes the model, its weights as they are stored, to a directory that <see cref="Load"/> and Python's sentence-transformers read.</summary>
    /// <param name="directory">A directory's path. A new one, and what is missing above it, is made.</param>
    /// <remarks>
    /// <para>
    /// Written are the files that the model was read from, unchanged; of a model that this library made also its card, README.md. All of them are written
    /// and flushed to the disk before the first takes its place. A new directory appears in one step. In a directory that is there already the files are
    /// replaced one by one, each in one step; where one cannot be, all that was there comes back. Only a process that ends between two of these steps leaves
    /// a mixture, and a folder ".saving-" and a number with all files, which may be deleted.
    /// </para>
    /// <para>
    /// From a directory that is there already, files are deleted that this model does not have and that would be read as a part of it: modules.json and
    /// the other configuration files of sentence-transformers, those of tokenizers, and weights as model.safetensors, model.safetensors.index.json,
    /// model.onnx, pytorch_model.bin, or pytorch_model.bin.index.json. All else stays.
    /// </para>
    /// <para>A model may be saved to the directory it was loaded from; not on Windows, where files in use cannot be replaced.</para>
    /// </remarks>
    /// <exception cref="ArgumentException"><paramref name="directory"/> is empty.</exception>
    /// <exception cref="IOException">The path is that of a file, the disk is full, or a file cannot be replaced; nothing has changed then.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be written to.</exception>
    public void Save(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        ModelDirectoryWriter.Write(Files, directory);
    }

    /// <summary>Writes the model as <see cref="Save(string)"/> does, with all weights in one precision and those of the encoder in one file.</summary>
    /// <param name="directory">A directory's path. A new one, and what is missing above it, is made.</param>
    /// <param name="precision">How the weights are stored. Vectors are computed in single precision all the same.</param>
    /// <remarks>Where config.json names the weights' type ("dtype" or "torch_dtype"), which Python computes in, it names the new one.</remarks>
    /// <exception cref="ArgumentException"><paramref name="directory"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="precision"/> is none of the enumeration.</exception>
    /// <exception cref="IOException">The path is that of a file, the disk is full, or a file cannot be replaced; nothing has changed then.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be written to.</exception>
    /// <exception cref="NotSupportedException">A weight is too large for the precision, the weights are too large for memory, or they are 8-bit integers or in an ONNX file.</exception>
    public void Save(string directory, WeightPrecision precision)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        if (!Enum.IsDefined(precision))
        {
            throw new ArgumentOutOfRangeException(nameof(precision), precision, "There is no such precision.");
        }

        With(ReadOnlyDictionary<string, ReadOnlyMemory<float>>.Empty, precision, Name).Save(directory);
    }
}
