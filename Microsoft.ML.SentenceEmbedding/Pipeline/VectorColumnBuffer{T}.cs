using System.Runtime.CompilerServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The values of a column of vectors, for a window of rows.</summary>
internal sealed class VectorColumnBuffer<T>(ValueGetter<VBuffer<T>> source, bool isKnownSize) : ColumnBuffer<VBuffer<T>>(source)
{
    /// <inheritdoc/>
    public override long Fetch(int row)
    {
        if (!isKnownSize)
        {
            // A vector keeps the longest array that it ever had: reused, every row's would grow to the longest of all.
            Values[row] = default;
        }

        base.Fetch(row);
        ReadOnlySpan<T> values = Values[row].GetValues();
        if (!RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            return Unsafe.SizeOf<VBuffer<T>>() + ((long)Unsafe.SizeOf<T>() * values.Length);
        }

        long bytes = Unsafe.SizeOf<VBuffer<T>>();
        foreach (ref readonly T value in values)
        {
            bytes += EstimateBytes(in value);
        }

        return bytes;
    }

    /// <inheritdoc/>
    public override Delegate CreateGetter(Func<int> getRow) =>
        (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => Values[getRow()].CopyTo(ref value));
}
