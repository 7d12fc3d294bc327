using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Appends the columns to one row at a time, without looking ahead: the form that prediction engines use.</summary>
/// <typeparam name="TInput">The raw type of the input column's values.</typeparam>
internal sealed class ComputedRowMapper<TInput>(ColumnBindings bindings, Func<IWindowComputation<TInput>> createComputation) : IRowToRowMapper
{
    /// <inheritdoc/>
    public DataViewSchema InputSchema => bindings.InputSchema;

    /// <inheritdoc/>
    public DataViewSchema OutputSchema => bindings.OutputSchema;

    /// <inheritdoc/>
    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        bindings.GetInputColumns(bindings.GetActive(dependingColumns));

    /// <inheritdoc/>
    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema != InputSchema)
        {
            throw new ArgumentException("The row's schema is not the one that the mapper is bound to.", nameof(input));
        }

        return new ComputedRow<TInput>(input, bindings, bindings.GetActive(activeColumns), createComputation());
    }
}
