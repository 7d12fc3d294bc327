namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Texts with vectors to learn, for the trainer's tests.</summary>
internal sealed class TrainingData : IDisposable
{
    private readonly TeacherVectorFile _vectors;
    private readonly TrainingSetBuilder _builder;

    private TrainingData(SentenceModel student, IReadOnlyList<string> texts, IReadOnlyList<float[]> vectors)
    {
        _vectors = TeacherVectorFile.CreateTemporary(Path.GetTempPath(), vectors[0].Length);
        _builder = new TrainingSetBuilder(student, _vectors, "the test's teacher");
        for (int i = 0; i < texts.Count; i++)
        {
            float[] vector = vectors[i];
            _builder.Add(texts[i], destination => vector.CopyTo(destination, 0));
        }

        Set = _builder.Build();
    }

    public TrainingSet Set { get; }

    public static TrainingData Of(SentenceModel student, IReadOnlyList<string> texts, IReadOnlyList<float[]> vectors) => new(student, texts, vectors);

    /// <summary>Labels texts by a teacher.</summary>
    public static TrainingData Of(SentenceModel student, SentenceModel teacher, IReadOnlyList<string> texts)
    {
        using var encoder = new SentenceEncoder(teacher);
        return new TrainingData(student, texts, encoder.Encode(texts));
    }

    /// <summary>Gives some of the reference texts, short and long.</summary>
    public static string[] Texts(int count) => ReferenceEmbeddings.Texts[..count];

    public void Dispose()
    {
        _builder.Dispose();
        _vectors.Dispose();
    }
}
