using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A column that a transformer or a trainer reads, and what its type has to be.</summary>
internal sealed class InputColumn
{
    // What messages call the column.
    private readonly string _role;
    private readonly PrimitiveDataViewType _itemType;

    // Null: one value a row, not a vector.
    private readonly int? _multiple;

    // Null: a vector of any multiple, or of variable size.
    private readonly int? _size;

    private InputColumn(string name, PrimitiveDataViewType itemType, int? multiple = null, int? size = null, string role = "input")
    {
        Name = name;
        _itemType = itemType;
        _multiple = multiple;
        _size = size;
        _role = role;
    }

    /// <summary>Gets the column's name.</summary>
    public string Name { get; }

    private string Expected => (_size, _multiple) switch
    {
        (null, null) => $"{_itemType}",
        (null, 1) => $"Vector<{_itemType}>",
        (null, _) => $"Vector<{_itemType}> whose size is a multiple of {_multiple}",
        _ => $"Vector<{_itemType}, {_size}>",
    };

    /// <summary>A column of one text a row.</summary>
    public static InputColumn Text(string name) => new(name, TextDataViewType.Instance);

    /// <summary>A column of vectors, of known or variable size; a known size has to be a multiple of <paramref name="multiple"/>.</summary>
    public static InputColumn Vector(string name, NumberDataViewType itemType, int multiple = 1) => new(name, itemType, multiple);

    /// <summary>A column of vectors to be learned, all of one size.</summary>
    public static InputColumn Label(string name, NumberDataViewType itemType, int size) => new(name, itemType, multiple: 1, size, role: "label");

    /// <summary>Finds the column in a schema.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or has another type.</exception>
    public DataViewSchema.Column Find(IExceptionContext context, DataViewSchema inputSchema)
    {
        DataViewSchema.Column column = inputSchema.GetColumnOrNull(Name) ?? throw Missing(context, nameof(inputSchema));
        bool accepted = _multiple is { } multiple
            ? column.Type is VectorDataViewType vector && vector.ItemType.Equals(_itemType) && vector.Size % multiple == 0 && (_size is null || vector.Size == _size)
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

        bool isRightKind = column.Kind switch
        {
            SchemaShape.Column.VectorKind.Scalar => _multiple is null,
            SchemaShape.Column.VectorKind.VariableVector => _multiple is not null && _size is null,
            _ => _multiple is not null,
        };
        if (!isRightKind || column.IsKey || !column.ItemType.Equals(_itemType))
        {
            throw Mismatch(context, nameof(inputSchema), column.GetTypeString());
        }
    }

    // The words are ML.NET's own, and the host's marks are what ML.NET's callers tell its exceptions by.
    private ArgumentOutOfRangeException Missing(IExceptionContext context, string parameterName) =>
        context.Process(new ArgumentOutOfRangeException(parameterName, $"Could not find {_role} column '{Name}'"));

    private ArgumentOutOfRangeException Mismatch(IExceptionContext context, string parameterName, string actual) =>
        context.Process(new ArgumentOutOfRangeException(parameterName, $"Schema mismatch for {_role} column '{Name}': expected {Expected}, got {actual}"));
}
