using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The values of one column of any type, for a window of rows.</summary>
internal abstract class ColumnBuffer
{
    private static readonly MethodInfo CreateScalarMethod = typeof(ColumnBuffer).GetMethod(nameof(CreateScalar), BindingFlags.NonPublic | BindingFlags.Static)!;
    private static readonly MethodInfo CreateVectorMethod = typeof(ColumnBuffer).GetMethod(nameof(CreateVector), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>Makes a buffer that is filled from a column of a cursor.</summary>
    public static ColumnBuffer Create(DataViewRow source, DataViewSchema.Column column)
    {
        var vector = column.Type as VectorDataViewType;
        MethodInfo create = vector is null ? CreateScalarMethod : CreateVectorMethod;
        MethodInfo createTyped = create.MakeGenericMethod(vector?.ItemType.RawType ?? column.Type.RawType);
        return (ColumnBuffer)createTyped.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, [source, column], culture: null)!;
    }

    /// <summary>Makes room for a number of rows.</summary>
    public abstract void Resize(int rows);

    /// <summary>Copies the value of the source's current row into a row of the buffer, and estimates its size in bytes.</summary>
    public abstract long Fetch(int row);

    /// <summary>Drops the values of rows that are not needed any more.</summary>
    public abstract void Clear(int start, int count);

    /// <summary>Makes a getter of the row that <paramref name="getRow"/> gives.</summary>
    public abstract Delegate CreateGetter(Func<int> getRow);

    private static ColumnBuffer<T> CreateScalar<T>(DataViewRow source, DataViewSchema.Column column) =>
        new(source.GetGetter<T>(source.Schema[column.Index]));

    private static VectorColumnBuffer<T> CreateVector<T>(DataViewRow source, DataViewSchema.Column column) =>
        new(source.GetGetter<VBuffer<T>>(source.Schema[column.Index]), ((VectorDataViewType)column.Type).IsKnownSize);

    /// <summary>Estimates the memory that a value takes, in bytes.</summary>
    protected static long EstimateBytes<T>(in T value)
    {
        // An object of a type that we do not know is most likely an image.
        const long ObjectBytes = 1 << 20;

        if (typeof(T) == typeof(ReadOnlyMemory<char>))
        {
            return Unsafe.SizeOf<T>() + (sizeof(char) * (long)Unsafe.As<T, ReadOnlyMemory<char>>(ref Unsafe.AsRef(in value)).Length);
        }

        return RuntimeHelpers.IsReferenceOrContainsReferences<T>() ? ObjectBytes : Unsafe.SizeOf<T>();
    }
}
