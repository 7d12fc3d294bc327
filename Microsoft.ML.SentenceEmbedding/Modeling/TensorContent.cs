using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A tensor that is to be written: its description, and what writes its elements.</summary>
/// <param name="Name">The key in the file.</param>
/// <param name="DataType">F32, F16, BF16, or I8.</param>
/// <param name="Shape">The dimensions; none for a single number.</param>
/// <param name="CopyTo">Writes the elements, row-major and little-endian.</param>
internal sealed record TensorContent(string Name, StoredDataType DataType, long[] Shape, Action<Stream> CopyTo)
{
    private const int BlockLength = 1 << 15;

    /// <summary>Gives a stored tensor under another name, its bytes as they are.</summary>
    public static TensorContent Of(string name, StoredTensor tensor) => new(name, tensor.DataType, tensor.Shape.ToArray(), stream =>
    {
        ReadOnlyMemory<byte> bytes = tensor.Bytes;
        stream.Write(bytes.Span);
        GC.KeepAlive(bytes);
    });

    /// <summary>Gives a stored tensor under another name and in a precision. Halves that stay halves are not looked at.</summary>
    /// <exception cref="InvalidDataException">The elements cannot be read as singles.</exception>
    public static TensorContent Of(string name, StoredTensor tensor, WeightPrecision precision)
    {
        tensor.RequireSingle();
        StoredDataType dataType = DataTypeOf(precision);
        return tensor.DataType == dataType
            ? Of(name, tensor)
            : new TensorContent(name, dataType, tensor.Shape.ToArray(), stream => Write(stream, name, tensor.ToSingle(), precision));
    }

    /// <summary>Gives numbers as a tensor.</summary>
    /// <exception cref="ArgumentException">There are more or fewer of them than the shape says.</exception>
    public static TensorContent Of(string name, long[] shape, ReadOnlyMemory<float> values, WeightPrecision precision)
    {
        long count = shape.Aggregate(1L, (count, dimension) => count * dimension);
        return values.Length == count
            ? new TensorContent(name, DataTypeOf(precision), shape, stream => Write(stream, name, values.Span, precision))
            : throw new ArgumentException($"The tensor '{Excerpt.Of(name)}' has {values.Length} elements; its shape says {count}.", nameof(values));
    }

    /// <summary>Gives integers as a tensor.</summary>
    public static TensorContent Of(string name, long[] shape, sbyte[] values) =>
        new(name, StoredDataType.Int8, shape, stream => stream.Write(MemoryMarshal.AsBytes(values.AsSpan())));

    private static StoredDataType DataTypeOf(WeightPrecision precision) =>
        precision == WeightPrecision.Float16 ? StoredDataType.Float16 : StoredDataType.Float32;

    private static void Write(Stream stream, string name, ReadOnlySpan<float> values, WeightPrecision precision)
    {
        if (precision == WeightPrecision.Float32)
        {
            stream.Write(MemoryMarshal.AsBytes(values));
            return;
        }

        Half[] halves = new Half[Math.Min(BlockLength, values.Length)];
        for (int start = 0; start < values.Length; start += BlockLength)
        {
            ReadOnlySpan<float> block = values[start..Math.Min(start + BlockLength, values.Length)];
            Span<Half> converted = halves.AsSpan(0, block.Length);
            TensorPrimitives.ConvertToHalf(block, converted);
            RequireFinite(name, block, converted);
            stream.Write(MemoryMarshal.AsBytes(converted));
        }
    }

    private static void RequireFinite(string name, ReadOnlySpan<float> values, ReadOnlySpan<Half> halves)
    {
        for (int i = 0; i < halves.Length; i++)
        {
            if (!Half.IsFinite(halves[i]))
            {
                throw new NotSupportedException(FormattableString.Invariant($"The tensor '{Excerpt.Of(name)}' holds the value {values[i]}, which half precision cannot hold: it ends at {Half.MaxValue}. Use {nameof(WeightPrecision)}.{nameof(WeightPrecision.Float32)}."));
            }
        }
    }
}
