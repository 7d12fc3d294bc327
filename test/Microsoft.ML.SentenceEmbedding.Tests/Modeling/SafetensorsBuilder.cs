using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Builds safetensors files, right and wrong ones.</summary>
internal static class SafetensorsBuilder
{
    /// <summary>Puts the length in front of a header and data behind it.</summary>
    public static byte[] Build(string header, params byte[] data) => Build(Encoding.UTF8.GetBytes(header), data);

    /// <summary>Puts the length in front of a header and data behind it.</summary>
    public static byte[] Build(byte[] header, byte[] data) => [.. Length((ulong)header.Length), .. header, .. data];

    /// <summary>Gives the eight bytes of a header's length.</summary>
    public static byte[] Length(ulong value)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }

    /// <summary>Makes a file in memory.</summary>
    public static ModelFile File(byte[] bytes) => new("model/weights.safetensors", "weights.safetensors", bytes);
}
