using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The list of a saved model's files: for each its path in the model's directory, its length and its SHA-256.</summary>
/// <param name="ModelName">The name of the model.</param>
/// <param name="Files">The files in the order of their entries.</param>
internal sealed record ModelManifest(string ModelName, IReadOnlyList<ModelManifest.File> Files)
{
    // 1: the first version.
    private const int FormatVersion = 1;
    private const int HashLength = 32;

    // Far more than any model has: what a manifest says beyond it is not believed.
    private const int MaximumFiles = 10_000;

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or of a later version.</exception>
    public static ModelManifest Read(Stream stream)
    {
        try
        {
            using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
            int version = reader.ReadInt32();
            if (version != FormatVersion)
            {
                throw new InvalidDataException($"its version is {version}, this library reads version {FormatVersion}");
            }

            string modelName = reader.ReadString();
            int count = reader.ReadInt32();
            if (count is < 1 or > MaximumFiles)
            {
                throw new InvalidDataException($"it says that the model has {count} files");
            }

            var files = new List<File>();
            while (files.Count < count)
            {
                files.Add(ReadFile(reader));
            }

            return new ModelManifest(modelName, files);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"The list of the saved sentence model's files is damaged: {exception.Message}", exception);
        }
    }

    /// <summary>Writes the list.</summary>
    public void Write(Stream stream)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(FormatVersion);
        writer.Write(ModelName);
        writer.Write(Files.Count);
        foreach (File file in Files)
        {
            writer.Write(file.RelativePath);
            writer.Write(file.Length);
            writer.Write(file.Hash);
        }
    }

    private static File ReadFile(BinaryReader reader)
    {
        var file = new File(reader.ReadString(), reader.ReadInt64(), reader.ReadBytes(HashLength));
        if (file.Hash.Length != HashLength)
        {
            throw new InvalidDataException("it ends too early");
        }

        // The paths stay names in memory, but a model can be saved to a directory later.
        ModelPath.Require(file.RelativePath, "it");
        return file;
    }

    /// <summary>One file of a model.</summary>
    /// <param name="RelativePath">Its path in the model's directory, with '/' between names.</param>
    /// <param name="Length">The number of bytes.</param>
    /// <param name="Hash">The SHA-256 of the bytes.</param>
    internal sealed record File(string RelativePath, long Length, byte[] Hash);
}
