using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A tensor in a safetensors file: row-major, little-endian, read when asked for.</summary>
internal sealed class StoredTensor
{
    private readonly ModelFile _file;
    private readonly long _offset;
    private readonly long[] _shape;

    /// <summary>Makes a tensor of a checked place in a file.</summary>
    public StoredTensor(string name, StoredDataType dataType, long[] shape, ModelFile file, long offset, long byteLength)
    {
        Name = name;
        DataType = dataType;
        _shape = shape;
        _file = file;
        _offset = offset;
        ByteLength = byteLength;
        ElementCount = shape.Aggregate(1L, (count, dimension) => count * dimension);
    }

    /// <summary>Gets the key in the file.</summary>
    public string Name { get; }

    /// <summary>Gets the stored element type.</summary>
    public StoredDataType DataType { get; }

    /// <summary>Gets the dimensions; none for a single number.</summary>
    public ReadOnlySpan<long> Shape => _shape;

    /// <summary>Gets the number of elements.</summary>
    public long ElementCount { get; }

    /// <summary>Gets the number of bytes.</summary>
    public long ByteLength { get; }

    /// <summary>Gets the name of the file for messages.</summary>
    public string FileName => _file.Name;

    /// <summary>Gets where the stored bytes lie on disk; null where they do not.</summary>
    public FilePlace? Place => _file.Place is { } place ? place with { Offset = place.Offset + _offset } : null;

    /// <summary>Gets the stored bytes, not copied.</summary>
    /// <exception cref="InvalidDataException">The tensor is too large for a span.</exception>
    public ReadOnlyMemory<byte> Bytes
    {
        get
        {
            RequireSpan();
            return _file.Slice(_offset, (int)ByteLength);
        }
    }

    /// <summary>Throws unless the elements can be read as singles.</summary>
    /// <exception cref="InvalidDataException">The stored type is not F32, F16 or BF16, or the tensor is too large.</exception>
    public void RequireSingle()
    {
        if (DataType is not (StoredDataType.Float32 or StoredDataType.Float16 or StoredDataType.BFloat16))
        {
            throw new InvalidDataException($"{FileName}: the tensor '{Excerpt.Of(Name)}' holds {DataType} elements; F32, F16 or BF16 are expected.");
        }

        RequireSpan();
    }

    /// <summary>Gives the elements as singles.</summary>
    /// <exception cref="InvalidDataException">The stored type is not F32, F16 or BF16, or the tensor is too large.</exception>
    public float[] ToSingle()
    {
        RequireSingle();
        float[] values = GC.AllocateUninitializedArray<float>((int)ElementCount);
        CopyTo(values);
        return values;
    }

    /// <summary>Writes the elements as singles to the start of a span.</summary>
    /// <exception cref="InvalidDataException">The stored type is not F32, F16 or BF16, or the tensor is too large.</exception>
    public void CopyTo(Span<float> destination)
    {
        RequireSingle();
        ReadOnlyMemory<byte> stored = Bytes;
        ReadOnlySpan<byte> bytes = stored.Span;
        switch (DataType)
        {
            case StoredDataType.Float32:
                bytes.CopyTo(MemoryMarshal.AsBytes(destination));
                break;
            case StoredDataType.Float16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), destination);
                break;
            case StoredDataType.BFloat16:
                WidenBFloat16(MemoryMarshal.Cast<byte, ushort>(bytes), destination);
                break;
        }

        GC.KeepAlive(stored);
    }

    // A bfloat16 is the upper half of a single: single = bits << 16.
    private static void WidenBFloat16(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(destination)[..source.Length];
        int index = 0;
        for (; index <= source.Length - Vector<ushort>.Count; index += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(source[index..]), out Vector<uint> lower, out Vector<uint> upper);
            Vector.ShiftLeft(lower, 16).CopyTo(bits[index..]);
            Vector.ShiftLeft(upper, 16).CopyTo(bits[(index + Vector<uint>.Count)..]);
        }

        for (; index < source.Length; index++)
        {
            bits[index] = (uint)source[index] << 16;
        }
    }

    private void RequireSpan()
    {
        if (ByteLength > Array.MaxLength)
        {
            throw new InvalidDataException($"{FileName}: the tensor '{Excerpt.Of(Name)}' has {ByteLength} bytes; at most {Array.MaxLength} can be read.");
        }
    }
}
