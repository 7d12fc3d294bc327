using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The list of a saved model's files: for each its path in the model's directory, its length and its SHA-256.</summary>
/// <param name="ModelName">The name of the model.</param>
/// <param name="Files">The files in the order of their entries.</param>
internal sealed record ModelManifest(string ModelName, IReadOnlyList<ModelManifest.File> Files)
{
    // 1: the first version.
    private const int FormatVersion = 1;

    // Far more than any model has: what a manifest says beyond it is not believed.
    private const int MaximumFiles = 10_000;
    private const int MaximumLength = 16 << 20;

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or of a later version.</exception>
    public static ModelManifest Read(Stream stream)
    {
        try
        {
            return Read(ReadBytes(stream));
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"The list of the saved sentence model's files cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Writes the list, and its own hash behind it.</summary>
    public void Write(Stream stream)
    {
        using var content = new MemoryStream();
        using (var writer = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true))
        {
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

        stream.Write(content.ToArray());
        stream.Write(SHA256.HashData(content.ToArray()));
    }

    private static byte[] ReadBytes(Stream stream)
    {
        if (stream.Length is < sizeof(int) + SHA256.HashSizeInBytes or > MaximumLength)
        {
            throw new InvalidDataException($"it has {stream.Length} bytes");
        }

        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static ModelManifest Read(byte[] bytes)
    {
        int version = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (version != FormatVersion)
        {
            throw new InvalidDataException($"its version is {version}, this library reads version {FormatVersion}");
        }

        int end = bytes.Length - SHA256.HashSizeInBytes;
        if (!SHA256.HashData(bytes.AsSpan(0, end)).AsSpan().SequenceEqual(bytes.AsSpan(end)))
        {
            throw new InvalidDataException("it is damaged, its bytes are not the ones that were saved");
        }

        using var reader = new BinaryReader(new MemoryStream(bytes, sizeof(int), end - sizeof(int)), Encoding.UTF8);
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

    private static File ReadFile(BinaryReader reader)
    {
        var file = new File(reader.ReadString(), reader.ReadInt64(), reader.ReadBytes(SHA256.HashSizeInBytes));

        // The paths stay names in memory, but a model can be saved to a directory later.
        ModelPath.Require(file.RelativePath, "it");
        return file.Hash.Length == SHA256.HashSizeInBytes ? file : throw new EndOfStreamException("it ends too early");
    }

    /// <summary>One file of a model.</summary>
    /// <param name="RelativePath">Its path in the model's directory, with '/' between names.</param>
    /// <param name="Length">The number of bytes.</param>
    /// <param name="Hash">The SHA-256 of the bytes.</param>
    internal sealed record File(string RelativePath, long Length, byte[] Hash);
}
