using System.Runtime.ExceptionServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A cursor that reads a window of rows ahead, so that the appended columns are computed for many rows at once.</summary>
/// <remarks>
/// Every active column is buffered with its row, so that nothing depends on a second pass giving the rows in the same order.
/// A window is computed when the first getter of an appended column asks for one of its rows, and not at all if none does.
/// The first window is small, for readers that stop after a few rows; each following one is twice as large. Its rows and its bytes are
/// bounded, so the memory that a cursor takes does not depend on the number or the size of the rows.
/// </remarks>
/// <typeparam name="TInput">The raw type of the input column's values.</typeparam>
internal sealed class LookAheadCursor<TInput> : DataViewRowCursor
{
    /// <summary>The number of rows in the first window.</summary>
    internal const int FirstWindowRows = 32;

    /// <summary>The number of rows in a window at most: from 1,024 on the speed differs by a few percent only.</summary>
    internal const int MaximumWindowRows = 4096;

    // A window is closed by the row that reaches this size; a row that is larger makes a window of its own.
    private const long MaximumWindowBytes = 64 << 20;

    private readonly DataViewRowCursor _source;
    private readonly ColumnBindings _bindings;
    private readonly bool[] _active;
    private readonly IWindowComputation<TInput> _computation;
    private readonly PassReporter _reporter;
    private readonly ColumnBuffer?[] _buffers;
    private readonly ColumnBuffer<TInput> _inputs;
    private readonly ValueGetter<DataViewRowId> _getId;
    private DataViewRowId[] _ids = [];
    private long[] _batches = [];

    // The rows of the window, the one that the cursor is on, and that one's place in the data.
    private int _count;
    private int _row = -1;
    private long _position = -1;
    private int _windowRows = FirstWindowRows;
    private bool _isComputed;
    private bool _isSourceAtEnd;
    private ExceptionDispatchInfo? _sourceError;
    private bool _isDisposed;

    /// <summary>Takes over a cursor of the source that has the input column active.</summary>
    public LookAheadCursor(DataViewRowCursor source, ColumnBindings bindings, bool[] active, IWindowComputation<TInput> computation, PassReporter reporter)
    {
        _source = source;
        _bindings = bindings;
        _active = active;
        _computation = computation;
        _reporter = reporter;
        _getId = source.GetIdGetter();
        _inputs = (ColumnBuffer<TInput>)ColumnBuffer.Create(source, bindings.Input);
        _buffers = new ColumnBuffer?[bindings.InputSchema.Count];
        _buffers[bindings.Input.Index] = _inputs;
        foreach (DataViewSchema.Column column in bindings.InputSchema.Where(column => active[column.Index]))
        {
            _buffers[column.Index] ??= ColumnBuffer.Create(source, column);
        }
    }

    /// <inheritdoc/>
    public override DataViewSchema Schema => _bindings.OutputSchema;

    /// <inheritdoc/>
    public override long Position => _position;

    /// <inheritdoc/>
    public override long Batch => IsOnRow ? _batches[_row] : 0;

    private bool IsOnRow => _row >= 0;

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        if (_isDisposed)
        {
            return false;
        }

        if (_row + 1 == _count && !FillWindow())
        {
            Dispose();
            return false;
        }

        _row++;
        _position++;
        return true;
    }

    /// <inheritdoc/>
    public override bool IsColumnActive(DataViewSchema.Column column) => _active[_bindings.GetIndex(column, nameof(column))];

    /// <inheritdoc/>
    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[GetRow()];

    /// <inheritdoc/>
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        int index = _bindings.GetActiveIndex(column, _active);
        Delegate getter = _bindings.IsOutput(index, out int output)
            ? _computation.CreateGetter(output, GetComputedRow)
            : _buffers[index]!.CreateGetter(GetRow);
        return TypedGetter.Cast<TValue>(getter, column);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _row = -1;
        _position = -1;
        _count = 0;
        if (disposing)
        {
            _source.Dispose();
            _reporter.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool FillWindow()
    {
        int previousCount = _count;
        _count = 0;
        _row = -1;
        _isComputed = false;
        Resize(_windowRows);
        long bytes = 0;
        while (_count < _windowRows && bytes < MaximumWindowBytes && TryFetchRow(_count, ref bytes))
        {
            _count++;
        }

        if (_count < previousCount)
        {
            // Values that the next windows may not overwrite would be kept for nothing.
            Array.ForEach(_buffers, buffer => buffer?.Clear(_count, previousCount - _count));
        }

        _windowRows = Math.Min(2 * _windowRows, MaximumWindowRows);
        return _count > 0;
    }

    private bool TryFetchRow(int row, ref long bytes)
    {
        _sourceError?.Throw();
        try
        {
            _isSourceAtEnd = _isSourceAtEnd || !_source.MoveNext();
            if (_isSourceAtEnd)
            {
                return false;
            }

            foreach (ColumnBuffer? buffer in _buffers)
            {
                bytes += buffer?.Fetch(row) ?? 0;
            }

            _getId(ref _ids[row]);
            _batches[row] = _source.Batch;
            bytes += _computation.EstimateBytes(in _inputs.Values[row]);
            return true;
        }
        catch (Exception exception) when (row > 0)
        {
            // The rows before this one are good; the reader gets to know when this one's turn comes.
            _sourceError = ExceptionDispatchInfo.Capture(exception);
            return false;
        }
    }

    private void Resize(int rows)
    {
        if (_ids.Length < rows)
        {
            Array.Resize(ref _ids, rows);
            Array.Resize(ref _batches, rows);
            Array.ForEach(_buffers, buffer => buffer?.Resize(rows));
        }
    }

    private int GetRow() => IsOnRow ? _row : throw new InvalidOperationException("A value was asked for while the cursor is not on a row.");

    private int GetComputedRow()
    {
        int row = GetRow();
        if (!_isComputed)
        {
            _computation.Compute(new ArraySegment<TInput>(_inputs.Values, 0, _count));
            _isComputed = true;
        }

        return row;
    }
}
