namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A mapping bound to a schema: the input's columns keep their places, the appended columns follow.</summary>
internal sealed class ColumnBindings
{
    /// <summary>Binds to a schema that has the input column.</summary>
    public ColumnBindings(DataViewSchema inputSchema, DataViewSchema.Column input, IReadOnlyList<AppendedColumn> outputs)
    {
        InputSchema = inputSchema;
        Input = input;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        foreach (AppendedColumn output in outputs)
        {
            output.AddTo(builder);
        }

        OutputSchema = builder.ToSchema();
    }

    /// <summary>Gets the schema of the data that is read.</summary>
    public DataViewSchema InputSchema { get; }

    /// <summary>Gets the column that is read.</summary>
    public DataViewSchema.Column Input { get; }

    /// <summary>Gets the schema with the appended columns.</summary>
    public DataViewSchema OutputSchema { get; }

    /// <summary>Tells for every column of the output whether it is among the ones asked for.</summary>
    /// <exception cref="ArgumentException">A column is not one of the output's.</exception>
    public bool[] GetActive(IEnumerable<DataViewSchema.Column> columnsNeeded)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        bool[] active = new bool[OutputSchema.Count];
        foreach (DataViewSchema.Column column in columnsNeeded)
        {
            active[GetIndex(column, nameof(columnsNeeded))] = true;
        }

        return active;
    }

    /// <summary>Gives the place of an active column.</summary>
    /// <exception cref="ArgumentException">The column is not one of the output's, or was not asked for.</exception>
    public int GetActiveIndex(DataViewSchema.Column column, bool[] active)
    {
        int index = GetIndex(column, nameof(column));
        return active[index] ? index : throw new ArgumentException($"Requested column '{column.Name}' is not active.", nameof(column));
    }

    /// <summary>Tells whether an appended column is active, that is, whether anything has to be computed at all.</summary>
    public bool IsOutputActive(bool[] active) => active.AsSpan(InputSchema.Count).Contains(true);

    /// <summary>Tells which appended column a place in the output belongs to.</summary>
    public bool IsOutput(int index, out int output)
    {
        output = index - InputSchema.Count;
        return output >= 0;
    }

    /// <summary>Gives the columns of the input that the active columns of the output need.</summary>
    public DataViewSchema.Column[] GetInputColumns(bool[] active)
    {
        bool isOutputActive = IsOutputActive(active);
        return [.. InputSchema.Where(column => active[column.Index] || (isOutputActive && column.Index == Input.Index))];
    }

    /// <summary>Gives the place of a column.</summary>
    /// <exception cref="ArgumentException">The column is not one of the output's.</exception>
    public int GetIndex(DataViewSchema.Column column, string parameterName)
    {
        int index = column.Index;
        return index < OutputSchema.Count && OutputSchema[index].Name == column.Name
            ? index
            : throw new ArgumentException($"Column '{column.Name}' (index {index}) is not a column of this data.", parameterName);
    }
}
