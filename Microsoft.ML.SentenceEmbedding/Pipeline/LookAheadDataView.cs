using Microsoft.ML.Runtime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Data with appended columns that are computed for windows of rows, and only when they are read.</summary>
/// <typeparam name="TInput">The raw type of the input column's values.</typeparam>
internal sealed class LookAheadDataView<TInput> : IDataView
{
    private readonly IHost _host;
    private readonly IDataView _source;
    private readonly ColumnBindings _bindings;
    private readonly string _activity;
    private readonly Func<PassReporter, IWindowComputation<TInput>> _createComputation;

    /// <summary>Appends the columns of the bindings to the source.</summary>
    /// <param name="host">Where messages go and cancellation comes from.</param>
    /// <param name="source">The data whose schema the bindings are bound to.</param>
    /// <param name="bindings">The columns.</param>
    /// <param name="activity">What is done, for messages.</param>
    /// <param name="createComputation">Makes the computation of one cursor.</param>
    public LookAheadDataView(IHost host, IDataView source, ColumnBindings bindings, string activity, Func<PassReporter, IWindowComputation<TInput>> createComputation)
    {
        _host = host;
        _source = source;
        _bindings = bindings;
        _activity = activity;
        _createComputation = createComputation;
    }

    /// <inheritdoc/>
    public bool CanShuffle => _source.CanShuffle;

    /// <inheritdoc/>
    public DataViewSchema Schema => _bindings.OutputSchema;

    /// <inheritdoc/>
    public long? GetRowCount() => _source.GetRowCount();

    /// <inheritdoc/>
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = _bindings.GetActive(columnsNeeded);
        return Append([_source.GetRowCursor(_bindings.GetInputColumns(active), rand)], active)[0];
    }

    /// <inheritdoc/>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = _bindings.GetActive(columnsNeeded);
        return Append(_source.GetRowCursorSet(_bindings.GetInputColumns(active), n, rand), active);
    }

    private DataViewRowCursor[] Append(DataViewRowCursor[] cursors, bool[] active)
    {
        if (!_bindings.IsOutputActive(active))
        {
            return Array.ConvertAll<DataViewRowCursor, DataViewRowCursor>(cursors, cursor => new PassThroughCursor(cursor, _bindings, active));
        }

        try
        {
            // The cursors of one set are one pass over the data.
            var reporter = new PassReporter(_host, _activity, cursors.Length);
            return Array.ConvertAll<DataViewRowCursor, DataViewRowCursor>(
                cursors, cursor => new LookAheadCursor<TInput>(cursor, _bindings, active, _createComputation(reporter), reporter));
        }
        catch
        {
            Array.ForEach(cursors, cursor => cursor.Dispose());
            throw;
        }
    }
}
