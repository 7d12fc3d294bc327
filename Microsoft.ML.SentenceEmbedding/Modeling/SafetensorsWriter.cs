using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Writes safetensors files: 8 bytes of length, a JSON object of names, types, shapes and offsets, then the elements.</summary>
internal static class SafetensorsWriter
{
    private const int Alignment = 8;

    /// <summary>Gives the bytes of a file.</summary>
    /// <exception cref="ArgumentException">Two tensors have one name, or a description makes no sense.</exception>
    /// <exception cref="NotSupportedException">The file is too large for memory, or a number is beyond its tensor's type.</exception>
    public static byte[] ToBytes(IEnumerable<TensorContent> tensors)
    {
        TensorContent[] ordered = Order(tensors);
        byte[] header = WriteHeader(ordered, out long dataLength);
        long length = header.Length + dataLength;
        if (length > Array.MaxLength)
        {
            throw new NotSupportedException($"The weights would have {length} bytes; a model in memory has at most {Array.MaxLength}.");
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
        using var stream = new MemoryStream(bytes);
        Write(stream, header, ordered);
        return bytes;
    }

    /// <summary>Writes a file to a stream, at no moment more than one tensor of it in memory.</summary>
    /// <exception cref="ArgumentException">Two tensors have one name, or a description makes no sense.</exception>
    /// <exception cref="NotSupportedException">A number is beyond its tensor's type.</exception>
    public static void Write(Stream destination, IEnumerable<TensorContent> tensors)
    {
        TensorContent[] ordered = Order(tensors);
        Write(destination, WriteHeader(ordered, out _), ordered);
    }

    private static void Write(Stream destination, byte[] header, TensorContent[] tensors)
    {
        destination.Write(header);
        foreach (TensorContent tensor in tensors)
        {
            tensor.CopyTo(destination);
        }
    }

    // Larger elements first, as the reference implementation: every element then lies at a multiple of its size.
    private static TensorContent[] Order(IEnumerable<TensorContent> tensors) =>
        [.. tensors.OrderByDescending(tensor => TypeOf(tensor).Bytes).ThenBy(tensor => tensor.Name, StringComparer.Ordinal)];

    private static byte[] WriteHeader(TensorContent[] tensors, out long dataLength)
    {
        const string Metadata = "__metadata__";
        var names = new HashSet<string>(StringComparer.Ordinal) { Metadata };
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write(new byte[sizeof(ulong)]);
        dataLength = 0;
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();

            // Python's transformers refuses a file that does not say which framework wrote it.
            json.WriteStartObject(Metadata);
            json.WriteString("format", "pt");
            json.WriteEndObject();
            foreach (TensorContent tensor in tensors)
            {
                if (!names.Add(tensor.Name))
                {
                    throw new ArgumentException($"The name '{Excerpt.Of(tensor.Name)}' is taken.", nameof(tensors));
                }

                WriteDescription(json, tensor, ref dataLength);
            }

            json.WriteEndObject();
        }

        int padding = -buffer.WrittenCount & (Alignment - 1);
        buffer.Write("        "u8[..padding]);
        byte[] header = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)(header.Length - sizeof(ulong)));
        return header;
    }

    private static void WriteDescription(Utf8JsonWriter json, TensorContent tensor, ref long offset)
    {
        (string name, long length) = TypeOf(tensor);
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", name);
        json.WriteStartArray("shape");
        foreach (long dimension in tensor.Shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension, nameof(tensor));
            length = checked(length * dimension);
            json.WriteNumberValue(dimension);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        offset = checked(offset + length);
        json.WriteNumberValue(offset);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static (string Name, int Bytes) TypeOf(TensorContent tensor) => tensor.DataType switch
    {
        StoredDataType.Float32 => ("F32", 4),
        StoredDataType.Float16 => ("F16", 2),
        StoredDataType.BFloat16 => ("BF16", 2),
        StoredDataType.UInt8 => ("U8", 1),
        StoredDataType.Int8 => ("I8", 1),
        _ => throw new ArgumentException($"The tensor '{Excerpt.Of(tensor.Name)}' holds {tensor.DataType} elements; F32, F16, BF16, U8, and I8 are written.", nameof(tensor)),
    };
}
