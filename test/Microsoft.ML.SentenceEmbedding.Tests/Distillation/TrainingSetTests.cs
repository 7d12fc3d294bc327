namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class TrainingSetTests
{
    private static readonly SentenceModel Student = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));

    private readonly List<int> _asked = [];

    [TestMethod]
    public void Texts_and_vectors_come_back()
    {
        using TeacherVectorFile file = CreateFile();
        using var builder = new TrainingSetBuilder(Student, file, "column 'Teacher'");
        Add(builder, 50);
        TrainingSet set = builder.Build();

        Assert.AreEqual(50, set.Count);
        Assert.AreEqual(TeacherVectors.Dimensions, set.Dimensions);
        float[] vector = new float[set.Dimensions];
        int[] ids = new int[Student.MaximumTokens];
        for (int row = 0; row < set.Count; row++)
        {
            int length = Student.SentenceTokenizer.Encode(TeacherVectors.CreateText(row), ids);
            CollectionAssert.AreEqual(ids[..length], set.Ids(row).ToArray());
            set.CopyTeacher(row, vector);
            CollectionAssert.AreEqual(TeacherVectors.Create(row), vector);
        }
    }

    [TestMethod]
    public void Text_without_tokens_is_refused_by_its_row()
    {
        SentenceModel student = new EditableModel("bert-mean-normalize").Set("tokenizer.json", "post_processor", null).Load();
        using TeacherVectorFile file = CreateFile();
        using var builder = new TrainingSetBuilder(student, file, "column 'Teacher'");
        Add(builder, 1);

        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => builder.Add("", vector => TeacherVectors.Create(1).CopyTo(vector, 0)));

        StringAssert.Contains(exception.Message, "row 1");
    }

    [TestMethod]
    public void Long_texts_are_cut_to_what_the_student_takes_and_empty_ones_are_kept()
    {
        using TeacherVectorFile file = CreateFile();
        using var builder = new TrainingSetBuilder(Student, file, "column 'Teacher'");
        builder.Add(string.Join(' ', Enumerable.Repeat("a", 2 * Student.MaximumTokens)), vector => TeacherVectors.Create(0).CopyTo(vector, 0));
        builder.Add("", vector => TeacherVectors.Create(1).CopyTo(vector, 0));
        TrainingSet set = builder.Build();

        Assert.AreEqual(Student.MaximumTokens, set.Ids(0).Length);
        Assert.AreEqual(Student.SentenceTokenizer.SpecialTokenCount, set.Ids(1).Length);
        Assert.AreEqual(set.Ids(0).Length + set.Ids(1).Length, set.TotalTokens);
    }

    [TestMethod]
    public void Vectors_in_the_file_are_not_asked_for_but_for_the_first_ones()
    {
        string path = TeacherVectors.CreateFile(30);
        using TeacherVectorFile file = TeacherVectors.OpenAndCheck(path, 30);
        using var builder = new TrainingSetBuilder(Student, file, "column 'Teacher'");

        Add(builder, 50);

        CollectionAssert.AreEqual(Enumerable.Range(0, TrainingSetBuilder.ComparedRows).Concat(Enumerable.Range(30, 20)).ToArray(), _asked);
        Assert.AreEqual(20, builder.NewRows);
        Assert.AreEqual(0, builder.DiscardedRows);
        Assert.AreEqual(50, file.Count);
        TeacherVectors.CheckRows(file);
    }

    [TestMethod]
    public void Rows_are_discarded_from_the_first_other_text_on()
    {
        string path = TeacherVectors.CreateFile(30);
        using TeacherVectorFile file = TeacherVectors.OpenAndCheck(path, 30);
        using var builder = new TrainingSetBuilder(Student, file, "column 'Teacher'");

        Add(builder, 20);
        builder.Add("another text", vector => TeacherVectors.Create(99).CopyTo(vector, 0));

        Assert.AreEqual(10, builder.DiscardedRows);
        Assert.AreEqual(1, builder.NewRows);
        Assert.AreEqual(21, file.Count);
    }

    [TestMethod]
    public void Fewer_texts_than_rows_leave_the_file_as_it_is()
    {
        string path = TeacherVectors.CreateFile(30);
        using (TeacherVectorFile file = TeacherVectors.OpenAndCheck(path, 30))
        {
            using var builder = new TrainingSetBuilder(Student, file, "column 'Teacher'");
            Add(builder, 20);
            Assert.AreEqual(20, builder.Build().Count);
        }

        TeacherVectors.OpenAndCheck(path, 30).Dispose();
    }

    [TestMethod]
    public void Another_teacher_is_recognized()
    {
        string path = TeacherVectors.CreateFile(30);
        using TeacherVectorFile file = TeacherVectors.OpenAndCheck(path, 30);
        using var builder = new TrainingSetBuilder(Student, file, "column 'Teacher'");
        Add(builder, 3);

        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(
            () => builder.Add(TeacherVectors.CreateText(3), vector => TeacherVectors.Create(4).CopyTo(vector, 0)));

        StringAssert.Contains(exception.Message, path);
        StringAssert.Contains(exception.Message, "row 3 ");
        StringAssert.Contains(exception.Message, "column 'Teacher'");
        Assert.AreEqual(30, file.Count);
    }

    [TestMethod]
    public void Rounding_makes_no_other_teacher()
    {
        string path = TeacherVectors.CreateFile(1);
        using TeacherVectorFile file = TeacherVectors.OpenAndCheck(path, 1);
        using var builder = new TrainingSetBuilder(Student, file, "column 'Teacher'");

        builder.Add(TeacherVectors.CreateText(0), vector => TeacherVectors.Create(0).Select(value => (float)(Half)value).ToArray().CopyTo(vector, 0));

        Assert.AreEqual(0, builder.NewRows);
    }

    [TestMethod]
    [DataRow(float.NaN, "not a number")]
    [DataRow(float.NegativeInfinity, "infinite")]
    public void Vectors_that_are_no_numbers_are_refused_by_row(float value, string message)
    {
        using TeacherVectorFile file = CreateFile();
        using var builder = new TrainingSetBuilder(Student, file, "column 'Teacher'");
        Add(builder, 12);

        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => builder.Add("text", vector =>
        {
            TeacherVectors.Create(0).CopyTo(vector, 0);
            vector[^1] = value;
        }));

        StringAssert.Contains(exception.Message, "row 12 in column 'Teacher'");
        StringAssert.Contains(exception.Message, message);
        Assert.AreEqual(12, file.Count);
    }

    [TestMethod]
    public void Vectors_of_zeros_are_refused_by_row()
    {
        using TeacherVectorFile file = CreateFile();
        using var builder = new TrainingSetBuilder(Student, file, "column 'Teacher'");

        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => builder.Add("text", Array.Clear));

        StringAssert.Contains(exception.Message, "row 0 in column 'Teacher' is all zeros");
    }

    [TestMethod]
    public void Fingerprint_tells_texts_their_order_and_teachers_apart()
    {
        ulong[] fingerprints =
        [
            GetFingerprint(["a b", "c"]),
            GetFingerprint(["a", "b c"]),
            GetFingerprint(["c", "a b"]),
            GetFingerprint(["a b"]),
            GetFingerprint(["a b", "c", ""]),
            GetFingerprint(["a b", "c"], firstVector: 5),
            GetFingerprint([.. Enumerable.Range(0, 100).Select(TeacherVectors.CreateText)]),
            GetFingerprint([.. Enumerable.Range(1, 100).Select(TeacherVectors.CreateText)]),
        ];

        Assert.AreEqual(fingerprints.Length, fingerprints.Distinct().Count());
        Assert.AreEqual(fingerprints[0], GetFingerprint(["a b", "c"]));
    }

    private static TeacherVectorFile CreateFile() => TeacherVectorFile.CreateTemporary(TemporaryFiles.CreatePath(), TeacherVectors.Dimensions);

    private static ulong GetFingerprint(string[] texts, int firstVector = 0)
    {
        using TeacherVectorFile file = CreateFile();
        using var builder = new TrainingSetBuilder(Student, file, "column 'Teacher'");
        foreach (string text in texts)
        {
            builder.Add(text, vector => TeacherVectors.Create(firstVector + builder.Count).CopyTo(vector, 0));
        }

        return builder.Build().Fingerprint;
    }

    private void Add(TrainingSetBuilder builder, int count)
    {
        for (int row = builder.Count; row < count; row++)
        {
            int current = row;
            builder.Add(TeacherVectors.CreateText(row), vector =>
            {
                _asked.Add(current);
                TeacherVectors.Create(current).CopyTo(vector, 0);
            });
        }
    }
}
