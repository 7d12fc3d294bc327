using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The column that a transformer reads, and what its type has to be.</summary>
internal sealed class InputColumn
{
    // Null: one value a row, not a vector.
    private readonly int? _multiple;
    private readonly PrimitiveDataViewType _itemType;

    private InputColumn(string name, PrimitiveDataViewType itemType, int? multiple)
    {
        Name = name;
        _itemType = itemType;
        _multiple = multiple;
    }

    /// <summary>Gets the column's name.</summary>
    public string Name { get; }

    private string Expected => _multiple switch
    {
        null => $"{_itemType}",
        1 => $"Vector<{_itemType}>",
        _ => $"Vector<{_itemType}> whose size is a multiple of {_multiple}",
    };

    /// <summary>A column of one text a row.</summary>
    public static InputColumn Text(string name) => new(name, TextDataViewType.Instance, multiple: null);

    /// <summary>A column of vectors, of known or variable size; a known size has to be a multiple of <paramref name="multiple"/>.</summary>
    public static InputColumn Vector(string name, NumberDataViewType itemType, int multiple = 1) => new(name, itemType, multiple);

    /// <summary>Finds the column in a schema.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or has another type.</exception>
    public DataViewSchema.Column Find(IExceptionContext context, DataViewSchema inputSchema)
    {
        DataViewSchema.Column column = inputSchema.GetColumnOrNull(Name) ?? throw Missing(context, nameof(inputSchema));
        bool accepted = _multiple is { } multiple
            ? column.Type is VectorDataViewType vector && vector.ItemType.Equals(_itemType) && vector.Size % multiple == 0
            : column.Type.Equals(_itemType);
        return accepted ? column : throw Mismatch(context, nameof(inputSchema), column.Type.ToString()!);
    }

    /// <summary>Checks that the column is promised by a schema's shape; sizes are not known there.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or has another type.</exception>
    public void Check(IExceptionContext context, SchemaShape inputSchema)
    {
        if (!inputSchema.TryFindColumn(Name, out SchemaShape.Column column))
        {
            throw Missing(context, nameof(inputSchema));
        }

        bool isVector = column.Kind != SchemaShape.Column.VectorKind.Scalar;
        if (isVector != _multiple.HasValue || column.IsKey || !column.ItemType.Equals(_itemType))
        {
            throw Mismatch(context, nameof(inputSchema), column.GetTypeString());
        }
    }

    // The words are ML.NET's own, and the host's marks are what ML.NET's callers tell its exceptions by.
    private ArgumentOutOfRangeException Missing(IExceptionContext context, string parameterName) =>
        context.Process(new ArgumentOutOfRangeException(parameterName, $"Could not find input column '{Name}'"));

    private ArgumentOutOfRangeException Mismatch(IExceptionContext context, string parameterName, string actual) =>
        context.Process(new ArgumentOutOfRangeException(parameterName, $"Schema mismatch for input column '{Name}': expected {Expected}, got {actual}"));
}
