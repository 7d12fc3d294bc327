namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <content>The file of the teacher's vectors.</content>
public sealed partial class DistillSentenceEmbeddingEstimatorTests
{
    [TestMethod]
    [DataRow(float.NaN, "not a number")]
    [DataRow(0, "all zeros")]
    public void Vector_that_cannot_be_learned_is_refused_by_row_and_column_and_those_before_stay(float value, string message)
    {
        List<VectorRow> rows = CreateVectorRows(20);
        Array.Fill(rows[7].Teacher, value);
        DistillSentenceEmbeddingEstimator.Options options = CreateCachedOptions(out string path);

        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => Fit(_mlContext.Data.LoadFromEnumerable(rows), options));

        StringAssert.Contains(exception.Message, "row 7 in column 'Teacher'");
        StringAssert.Contains(exception.Message, message);
        using TeacherVectorFile file = TeacherVectorFile.Open(path, 48);
        Assert.AreEqual(7, file.Count);
    }

    [TestMethod]
    [DataRow(20)]
    [DataRow(60)]
    public void Vector_of_another_length_than_its_column_says_is_refused_by_row_and_column(int length)
    {
        List<VectorRow> rows = CreateVectorRows(20);
        rows[7].Teacher = [.. Enumerable.Repeat(1f, length)];

        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => Fit(_mlContext.Data.LoadFromEnumerable(rows), DistillationData.CreateOptions()));

        StringAssert.Contains(exception.Message, "row 7 in column 'Teacher'");
        StringAssert.Contains(exception.Message, $"{length} numbers");
    }

    [TestMethod]
    public void Known_vectors_are_not_computed_again()
    {
        IDataView rows = _mlContext.Data.LoadFromEnumerable(DistillationData.Rows);
        DistillSentenceEmbeddingEstimator.Options options = CreateCachedOptions(out string path);
        SentenceEmbeddingTransformer first = DistillationData.CreateTeacher(_mlContext, rows);
        Fit(first.Transform(rows), options);
        SentenceEmbeddingTransformer second = DistillationData.CreateTeacher(_mlContext, rows);
        Fit(second.Transform(rows), options);
        using (TeacherVectorFile file = TeacherVectorFile.Open(path, 48))
        {
            file.Truncate(100);
        }

        SentenceEmbeddingTransformer third = DistillationData.CreateTeacher(_mlContext, rows);
        Fit(third.Transform(rows), options);

        // Windows have 32, 64, 128 and 76 rows: the first is computed to compare the teacher, the second is known, and of the third a part is missing.
        Assert.AreEqual(300, first.ComputedRows);
        Assert.AreEqual(32, second.ComputedRows);
        Assert.AreEqual(32 + 128 + 76, third.ComputedRows);
    }

    [TestMethod]
    public void Vectors_of_another_teacher_are_refused_and_stay()
    {
        DistillSentenceEmbeddingEstimator.Options options = CreateCachedOptions(out string path);
        Fit(CreateData(), options);
        SentenceModel other = DistillationData.TeacherModel.KeepLayers(0);

        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => Fit(CreateData(other), options));

        StringAssert.Contains(exception.Message, path);
        using TeacherVectorFile file = TeacherVectorFile.Open(path, 48);
        Assert.AreEqual(DistillationData.RowCount, file.Count);
    }

    [TestMethod]
    public void Vectors_of_other_texts_are_discarded_with_a_message()
    {
        List<VectorRow> rows = CreateVectorRows(30);
        DistillSentenceEmbeddingEstimator.Options options = CreateCachedOptions(out string path);
        Fit(_mlContext.Data.LoadFromEnumerable(rows), options);
        rows.RemoveAt(10);

        Fit(_mlContext.Data.LoadFromEnumerable(rows), options);

        Assert.AreEqual(1, _messages.Count(message => message.Contains($"20 vectors of {path} belonged to other texts", StringComparison.Ordinal)));
        using TeacherVectorFile file = TeacherVectorFile.Open(path, 48);
        Assert.AreEqual(29, file.Count);
    }

    [TestMethod]
    public void Vectors_lie_with_the_checkpoints_or_else_in_a_temporary_file()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(CreateVectorRows(20));
        DistillationOptions training = DistillationData.CreateTraining();
        _mlContext.TempFilePath = TemporaryFiles.CreatePath();
        string[] temporaryFiles = [];
        training.Progress = new ActionProgress(_ => temporaryFiles = Directory.GetFiles(_mlContext.TempFilePath));
        Fit(data, DistillationData.CreateOptions(training));
        Assert.AreEqual(1, temporaryFiles.Length);
        Assert.AreEqual(0, Directory.GetFiles(_mlContext.TempFilePath).Length);
        training.CheckpointDirectory = TemporaryFiles.CreatePath();

        Fit(data, DistillationData.CreateOptions(training));

        Assert.AreEqual(0, temporaryFiles.Length);
        Assert.IsTrue(File.Exists(Path.Combine(training.CheckpointDirectory, "teacher-vectors.bin")));
    }
}
