using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The vectors of a window of rows, all of one size, one after the other.</summary>
internal sealed class VectorWindow(int dimensions)
{
    private float[] _values = [];

    /// <summary>Makes room for the vectors of a number of rows, to be written by the caller.</summary>
    public Memory<float> Reserve(int rows)
    {
        if (_values.Length < rows * dimensions)
        {
            _values = new float[rows * dimensions];
        }

        return _values.AsMemory(0, rows * dimensions);
    }

    /// <summary>Makes a getter of the row that <paramref name="getRow"/> gives.</summary>
    public Delegate CreateGetter(Func<int> getRow) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
    {
        int row = getRow();
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, dimensions);
        _values.AsSpan(row * dimensions, dimensions).CopyTo(editor.Values);
        value = editor.Commit();
    });
}
