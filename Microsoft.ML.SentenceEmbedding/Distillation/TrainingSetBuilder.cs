using System.Numerics.Tensors;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Collects texts for a training, and asks the teacher only for the vectors that its file does not have yet.</summary>
/// <remarks>
/// Rows of the file are taken over as long as they are of the same texts in the same order. From the first other text on the file is written anew. The first
/// rows that are taken over are asked for all the same, to see whether the file is of the same teacher. The file is not disposed with the builder.
/// </remarks>
internal sealed class TrainingSetBuilder : IDisposable
{
    /// <summary>The number of rows by which the teacher is recognized; fewer than the rows that the pipeline computes together.</summary>
    internal const int ComparedRows = 8;

    // Of the vector's length. The same teacher on another machine or in float16 differs by less, and two teachers differ by far more.
    private const float ComparisonTolerance = 1e-3f;

    private readonly TokenSequences _texts;
    private readonly TeacherVectorFile _vectors;
    private readonly string _teacherName;
    private readonly float[] _vector;

    /// <summary>Begins an empty set.</summary>
    /// <param name="student">The model whose tokenizer makes the ids.</param>
    /// <param name="vectors">The teacher's vectors that are known, and where new ones go.</param>
    /// <param name="teacherName">What messages call the source of the vectors.</param>
    public TrainingSetBuilder(SentenceModel student, TeacherVectorFile vectors, string teacherName)
    {
        _texts = new TokenSequences(student);
        _vectors = vectors;
        _teacherName = teacherName;
        _vector = new float[vectors.Dimensions];
    }

    /// <summary>Gets the number of texts.</summary>
    public int Count => _texts.Count;

    /// <summary>Gets how many vectors came from the teacher and not from the file.</summary>
    public int NewRows { get; private set; }

    /// <summary>Gets how many rows of the file were of other texts, or in another order, and are gone.</summary>
    public int DiscardedRows { get; private set; }

    /// <summary>Adds a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="readVector">Writes the teacher's vector of this text; called if it is needed.</param>
    /// <exception cref="InvalidDataException">The vector cannot be learned, the text has no tokens, or the file is of another teacher.</exception>
    /// <exception cref="IOException">The vector cannot be written; the rows before stay.</exception>
    public void Add(ReadOnlySpan<char> text, Action<float[]> readVector)
    {
        int row = Count;
        ulong textHash = TeacherVectorFile.HashText(text);
        if (row < _vectors.Count && _vectors.GetTextHash(row) != textHash)
        {
            DiscardedRows = _vectors.Count - row;
            _vectors.Truncate(row);
        }

        if (row >= _vectors.Count)
        {
            ReadVector(row, readVector);
            _vectors.Append(textHash, _vector);
            NewRows++;
        }
        else if (row < ComparedRows)
        {
            ReadVector(row, readVector);
            CompareWithFile(row);
        }

        _texts.AddText(text);
        if (_texts.Length(row) == 0)
        {
            throw new InvalidDataException($"The text of row {row} has no tokens, as the student's tokenizer puts none around it, and so no vector: leave the row out.");
        }
    }

    /// <summary>Gives the set; nothing is added afterwards.</summary>
    public TrainingSet Build()
    {
        if (NewRows > 0)
        {
            _vectors.Flush();
        }

        return new TrainingSet(_texts, _vectors);
    }

    /// <summary>Gives the texts' memory back.</summary>
    public void Dispose() => _texts.Dispose();

    private void ReadVector(int row, Action<float[]> readVector)
    {
        readVector(_vector);
        float largest = TensorPrimitives.MaxMagnitude<float>(_vector);
        if (largest == 0 || !float.IsFinite(largest))
        {
            string problem = largest == 0 ? "is all zeros" : "has a value that is infinite or not a number";
            throw new InvalidDataException($"The teacher's vector of row {row} in {_teacherName} {problem}: leave the row out, or give it another vector.");
        }
    }

    private void CompareWithFile(int row)
    {
        float[] known = new float[_vectors.Dimensions];
        _vectors.CopyTo(row, known);
        if (TensorPrimitives.Distance<float>(known, _vector) > ComparisonTolerance * TensorPrimitives.Norm<float>(known))
        {
            throw new InvalidDataException(
                $"{_vectors.Path} was made with another teacher: its vector of row {row} is not the one in {_teacherName}. Delete the file, or name another one.");
        }
    }
}
