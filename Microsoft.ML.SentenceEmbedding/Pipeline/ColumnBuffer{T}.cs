namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The values of a column, for a window of rows; vectors of values have <see cref="VectorColumnBuffer{T}"/>.</summary>
internal class ColumnBuffer<T>(ValueGetter<T> source) : ColumnBuffer
{
    private T[] _values = [];

    /// <summary>Gets the rows' values; those of the window are the first ones.</summary>
    public T[] Values => _values;

    /// <inheritdoc/>
    public override void Resize(int rows)
    {
        if (_values.Length < rows)
        {
            Array.Resize(ref _values, rows);
        }
    }

    /// <inheritdoc/>
    public override long Fetch(int row)
    {
        if (!typeof(T).IsValueType)
        {
            // A getter may write into the object that it finds; one that was handed out is not ours any more.
            _values[row] = default!;
        }

        source(ref _values[row]);
        return EstimateBytes(in _values[row]);
    }

    /// <inheritdoc/>
    public override void Clear(int start, int count) => Array.Clear(_values, start, count);

    /// <inheritdoc/>
    public override Delegate CreateGetter(Func<int> getRow) => (ValueGetter<T>)((ref T value) => value = _values[getRow()]);
}
