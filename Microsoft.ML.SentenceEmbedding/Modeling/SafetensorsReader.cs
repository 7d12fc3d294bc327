using System.Buffers.Binary;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads the header of a safetensors file: 8 bytes of length, a JSON object of names, types, shapes and offsets, then the elements.</summary>
internal static class SafetensorsReader
{
    private const int LengthBytes = 8;

    // The limit of the reference implementation.
    private const int MaximumHeaderLength = 100_000_000;

    private const int MaximumRank = 64;

    private static readonly Dictionary<string, (StoredDataType DataType, int Bytes)> DataTypes = new(StringComparer.Ordinal)
    {
        ["BOOL"] = (StoredDataType.Boolean, 1),
        ["U8"] = (StoredDataType.UInt8, 1),
        ["I8"] = (StoredDataType.Int8, 1),
        ["F8_E5M2"] = (StoredDataType.Float8E5M2, 1),
        ["F8_E4M3"] = (StoredDataType.Float8E4M3, 1),
        ["F8_E8M0"] = (StoredDataType.Float8E8M0, 1),
        ["I16"] = (StoredDataType.Int16, 2),
        ["U16"] = (StoredDataType.UInt16, 2),
        ["F16"] = (StoredDataType.Float16, 2),
        ["BF16"] = (StoredDataType.BFloat16, 2),
        ["I32"] = (StoredDataType.Int32, 4),
        ["U32"] = (StoredDataType.UInt32, 4),
        ["F32"] = (StoredDataType.Float32, 4),
        ["I64"] = (StoredDataType.Int64, 8),
        ["U64"] = (StoredDataType.UInt64, 8),
        ["F64"] = (StoredDataType.Float64, 8),
        ["C64"] = (StoredDataType.Complex64, 8),
    };

    /// <summary>Gives the tensors of a file in the order of their bytes.</summary>
    /// <exception cref="InvalidDataException">The file is truncated or its header does not describe its bytes.</exception>
    public static IReadOnlyList<StoredTensor> Read(ModelFile file)
    {
        int headerLength = ReadHeaderLength(file);
        ReadOnlyMemory<byte> headerBytes = file.Slice(LengthBytes, headerLength);
        if (!headerBytes.Span.StartsWith("{"u8))
        {
            throw new InvalidDataException($"{file.Name} is not a safetensors file: its header does not start with '{{'.");
        }

        var header = JsonItem.Parse(headerBytes, $"{file.Name} (header)");
        long start = LengthBytes + headerLength;
        var names = new HashSet<string>(StringComparer.Ordinal);
        var tensors = new List<(long Begin, StoredTensor Tensor)>();
        foreach ((string name, JsonItem description) in header.Properties())
        {
            if (!names.Add(name))
            {
                throw new InvalidDataException($"{file.Name}: the tensor '{Excerpt.Of(name)}' is described twice.");
            }

            if (name != "__metadata__")
            {
                tensors.Add(ReadTensor(file, name, description, start));
            }
        }

        tensors.Sort((left, right) => (left.Begin, left.Tensor.ByteLength).CompareTo((right.Begin, right.Tensor.ByteLength)));
        RequireContiguous(file, tensors, file.Length - start);
        return [.. tensors.Select(entry => entry.Tensor)];
    }

    private static int ReadHeaderLength(ModelFile file)
    {
        if (file.Length < LengthBytes)
        {
            throw new InvalidDataException($"{file.Name} is truncated: it has {file.Length} bytes, and a safetensors file starts with {LengthBytes} bytes of header length.");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file.Slice(0, LengthBytes).Span);
        if (length > MaximumHeaderLength)
        {
            throw new InvalidDataException($"{file.Name} is not a safetensors file: its header would have {length} bytes, more than the limit of {MaximumHeaderLength}.");
        }

        return (long)length <= file.Length - LengthBytes
            ? (int)length
            : throw new InvalidDataException($"{file.Name} is truncated: its header has {length} bytes, but only {file.Length - LengthBytes} follow.");
    }

    private static (long Begin, StoredTensor Tensor) ReadTensor(ModelFile file, string name, JsonItem description, long start)
    {
        JsonItem dataTypeName = description.Get("dtype");
        if (!DataTypes.TryGetValue(dataTypeName.Text(), out (StoredDataType DataType, int Bytes) type))
        {
            throw dataTypeName.Error($"one of {string.Join(", ", DataTypes.Keys)}");
        }

        JsonItem dimensions = description.Get("shape");
        long[] shape = [.. dimensions.Items().Take(MaximumRank + 1).Select(dimension => dimension.Integer(0, long.MaxValue))];
        if (shape.Length > MaximumRank)
        {
            throw dimensions.Error($"at most {MaximumRank} dimensions");
        }

        JsonItem dataOffsets = description.Get("data_offsets");
        long[] offsets = [.. dataOffsets.Items().Take(3).Select(offset => offset.Integer(0, file.Length - start))];
        if (offsets.Length != 2 || offsets[0] > offsets[1])
        {
            throw dataOffsets.Error("a begin and an end, in this order");
        }

        long byteLength = offsets[1] - offsets[0];
        Int128 expectedLength = type.Bytes;
        foreach (long dimension in shape)
        {
            // Bounded by the file's length, so that no product overflows; a zero may still follow a large dimension.
            expectedLength = Int128.Min(expectedLength * dimension, Int128.MaxValue >> 64);
        }

        return expectedLength == byteLength
            ? (offsets[0], new StoredTensor(name, type.DataType, shape, file, start + offsets[0], byteLength))
            : throw dimensions.Error($"the shape of {byteLength} bytes of {dataTypeName.Text()}");
    }

    private static void RequireContiguous(ModelFile file, List<(long Begin, StoredTensor Tensor)> tensors, long dataLength)
    {
        long end = 0;
        foreach ((long begin, StoredTensor tensor) in tensors)
        {
            if (begin != end)
            {
                throw new InvalidDataException($"{file.Name}: the tensor '{Excerpt.Of(tensor.Name)}' begins at byte {begin} of the data, but the one before it ends at {end}: tensors must not overlap or leave holes.");
            }

            end += tensor.ByteLength;
        }

        if (end != dataLength)
        {
            throw new InvalidDataException($"{file.Name}: the header describes {end} bytes of data, but the file has {dataLength}.");
        }
    }
}
