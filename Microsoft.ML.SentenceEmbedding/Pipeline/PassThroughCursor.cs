using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A cursor over the source for readers that want none of the appended columns: nothing is buffered, nothing computed.</summary>
internal sealed class PassThroughCursor(DataViewRowCursor source, ColumnBindings bindings, bool[] active) : DataViewRowCursor
{
    /// <inheritdoc/>
    public override DataViewSchema Schema => bindings.OutputSchema;

    /// <inheritdoc/>
    public override long Position => source.Position;

    /// <inheritdoc/>
    public override long Batch => source.Batch;

    /// <inheritdoc/>
    public override bool MoveNext() => source.MoveNext();

    /// <inheritdoc/>
    public override bool IsColumnActive(DataViewSchema.Column column) => active[bindings.GetIndex(column, nameof(column))];

    /// <inheritdoc/>
    public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

    /// <inheritdoc/>
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        source.GetGetter<TValue>(source.Schema[bindings.GetActiveIndex(column, active)]);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }
}
