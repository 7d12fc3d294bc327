using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>One row with the appended columns; all getters share one computation per position.</summary>
/// <typeparam name="TInput">The raw type of the input column's values.</typeparam>
internal sealed class ComputedRow<TInput>(DataViewRow source, ColumnBindings bindings, bool[] active, IWindowComputation<TInput> computation) : DataViewRow
{
    private readonly TInput[] _input = new TInput[1];
    private ValueGetter<TInput>? _getInput;
    private long? _computedPosition;

    /// <inheritdoc/>
    public override DataViewSchema Schema => bindings.OutputSchema;

    /// <inheritdoc/>
    public override long Position => source.Position;

    /// <inheritdoc/>
    public override long Batch => source.Batch;

    /// <inheritdoc/>
    public override bool IsColumnActive(DataViewSchema.Column column) => active[bindings.GetIndex(column, nameof(column))];

    /// <inheritdoc/>
    public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

    /// <inheritdoc/>
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        int index = bindings.GetActiveIndex(column, active);
        if (!bindings.IsOutput(index, out int output))
        {
            return source.GetGetter<TValue>(source.Schema[index]);
        }

        _getInput ??= source.GetGetter<TInput>(source.Schema[bindings.Input.Index]);
        return TypedGetter.Cast<TValue>(computation.CreateGetter(output, GetComputedRow), column);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private int GetComputedRow()
    {
        if (_computedPosition != source.Position)
        {
            _computedPosition = null;
            _getInput!(ref _input[0]);
            computation.Compute(_input);
            _computedPosition = source.Position;
        }

        return 0;
    }
}
