using Microsoft.ML.Runtime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What an estimator and its transformers do to a schema: one input column is read, one or several columns are appended.</summary>
/// <param name="Input">The column that is read.</param>
/// <param name="Outputs">The columns that are appended, in order.</param>
internal sealed record ColumnMapping(InputColumn Input, IReadOnlyList<AppendedColumn> Outputs)
{
    /// <summary>Checks an input's shape and gives the shape of the output.</summary>
    public SchemaShape GetOutputSchema(IExceptionContext context, SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Input.Check(context, inputSchema);
        Dictionary<string, SchemaShape.Column> columns = inputSchema.ToDictionary(column => column.Name);
        foreach (AppendedColumn output in Outputs)
        {
            columns[output.Name] = output.ToShape();
        }

        return new SchemaShape(columns.Values);
    }

    /// <summary>Checks an input's schema and binds the mapping to it.</summary>
    public ColumnBindings Bind(IExceptionContext context, DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new ColumnBindings(inputSchema, Input.Find(context, inputSchema), Outputs);
    }
}
