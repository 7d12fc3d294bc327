using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed partial class DistillSentenceEmbeddingEstimatorTests
{
    // The rounding of a batch's sums, and float16's of weights in its vectors of length 1.
    private const double Tolerance = 1e-6;
    private const double HalfTolerance = 2e-3;

    private readonly MLContext _mlContext = new(seed: 1);
    private readonly List<string> _messages = [];

    public DistillSentenceEmbeddingEstimatorTests() => _mlContext.Log += (_, message) => _messages.Add(message.Message);

    [TestMethod]
    public void Student_comes_closer_to_its_teacher()
    {
        IDataView data = CreateData();
        IDataView before = _mlContext.Transforms.SentenceEmbedding(DistillationData.Student, "Text", DistillationData.TeacherModel.KeepLayers(1)).Fit(data).Transform(data);

        SentenceEmbeddingTransformer transformer = Fit(data);

        Assert.IsLessThan(0.5 * DistillationData.GetError(before), DistillationData.GetError(transformer.Transform(data)));
        Assert.AreEqual(1, transformer.Model.Encoder.Layers);
    }

    [TestMethod]
    public void Pipeline_of_teacher_and_student_is_one_chain_whose_end_needs_the_text_only()
    {
        IDataView rows = _mlContext.Data.LoadFromEnumerable(DistillationData.Rows);
        var pipeline = _mlContext.Transforms.SentenceEmbedding(DistillationData.Teacher, "Text", DistillationData.TeacherModel)
            .Append(_mlContext.Transforms.DistillSentenceEmbedding(DistillationData.Student, "Text", DistillationData.Teacher, DistillationData.TeacherModel.KeepLayers(0)));

        SentenceEmbeddingTransformer student = pipeline.Fit(rows).LastTransformer;

        Assert.AreEqual(DistillationData.RowCount, student.Transform(rows).GetColumn<float[]>(DistillationData.Student).Count(vector => vector.Length == student.Model.Dimensions));
    }

    [TestMethod]
    public void Trained_student_is_saved_with_model_zip_and_as_a_directory_with_its_card()
    {
        IDataView data = CreateData();
        SentenceEmbeddingTransformer transformer = Fit(data);
        float[][] expected = [.. transformer.Transform(data).GetColumn<float[]>(DistillationData.Student)];
        using var stream = new MemoryStream();
        _mlContext.Model.Save(transformer, data.Schema, stream);
        stream.Position = 0;
        string directory = TemporaryFiles.CreatePath();
        transformer.Model.Save(directory);

        AssertEqual(expected, [.. new MLContext().Model.Load(stream, out _).Transform(data).GetColumn<float[]>(DistillationData.Student)], Tolerance);
        AssertEqual(expected, new SentenceEncoder(SentenceModel.Load(directory)).Encode([.. DistillationData.Rows.Select(row => row.Text)]), Tolerance);
        StringAssert.Contains(File.ReadAllText(Path.Combine(directory, "README.md")), DistillationData.TeacherModel.Name);
    }

    [TestMethod]
    public void Weights_are_stored_in_the_precision_asked_for()
    {
        IDataView data = CreateData();
        DistillSentenceEmbeddingEstimator.Options options = DistillationData.CreateOptions();
        SentenceModel single = Fit(data, options).Model;
        options.Precision = WeightPrecision.Float16;

        SentenceModel half = Fit(data, options).Model;

        string[] texts = [.. DistillationData.Rows.Select(row => row.Text)];
        AssertEqual(new SentenceEncoder(single).Encode(texts), new SentenceEncoder(half).Encode(texts), HalfTolerance);
        Assert.IsLessThan(0.6 * GetWeightLength(single), (double)GetWeightLength(half));
    }

    [TestMethod]
    public void Same_seed_gives_the_same_student()
    {
        IDataView data = CreateData();
        DistillSentenceEmbeddingEstimator estimator = CreateEstimator();

        float[][] first = [.. estimator.Fit(data).Transform(data).GetColumn<float[]>(DistillationData.Student)];
        float[][] second = [.. estimator.Fit(data).Transform(data).GetColumn<float[]>(DistillationData.Student)];

        AssertEqual(first, second, 0);
    }

    [TestMethod]
    public void Label_column_that_is_missing_or_of_another_type_is_refused_with_both()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable<VectorRow>([]);

        AssertLabelRefused(data, "Nowhere", "Could not find label column 'Nowhere'");
        AssertLabelRefused(data, nameof(VectorRow.Text), "Schema mismatch for label column 'Text': expected Vector<Single, 48>, got String");
        AssertLabelRefused(data, nameof(VectorRow.Double), "Schema mismatch for label column 'Double': expected Vector<Single, 48>, got Vector<Double");
        AssertLabelRefused(data, nameof(VectorRow.Variable), "Schema mismatch for label column 'Variable': expected Vector<Single, 48>, got ");
    }

    [TestMethod]
    public void Label_column_of_other_dimensions_is_refused_with_both_sizes()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable<VectorRow>([]);
        DistillSentenceEmbeddingEstimator.Options options = DistillationData.CreateOptions();
        options.LabelColumnName = nameof(VectorRow.Short);

        ArgumentOutOfRangeException exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Fit(data, options));

        StringAssert.Contains(exception.Message, "Schema mismatch for label column 'Short': expected Vector<Single, 48>, got Vector<Single, 3>");
    }

    [TestMethod]
    public void Data_without_rows_is_refused()
    {
        InvalidOperationException exception = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(_mlContext.Data.LoadFromEnumerable<VectorRow>([])));

        StringAssert.Contains(exception.Message, "no rows");
    }

    [TestMethod]
    public void Missing_text_counts_as_the_empty_one()
    {
        List<VectorRow> rows = CreateVectorRows(2);
        rows[0].Text = null;
        rows[1].Text = "";
        DistillSentenceEmbeddingEstimator.Options options = CreateCachedOptions(out string path);

        Fit(_mlContext.Data.LoadFromEnumerable(rows), options);

        using TeacherVectorFile file = TeacherVectorFile.Open(path, 48);
        Assert.AreEqual(2, file.Count);
        Assert.AreEqual(file.GetTextHash(1), file.GetTextHash(0));
    }

    [TestMethod]
    public void Student_with_another_tokenizer_is_refused_by_both_names()
    {
        SentenceModel teacher = SentenceModel.Load(TinyModels.Directory("bert-strip-accents-false"));
        SentenceModel student = SentenceModel.Load(TinyModels.Directory("bert-cased-max"));
        Assert.AreEqual(teacher.Dimensions, student.Dimensions);
        DistillSentenceEmbeddingEstimator.Options options = DistillationData.CreateOptions();
        options.Student = student;

        ArgumentException exception = Assert.ThrowsExactly<ArgumentException>(() => Fit(CreateData(teacher), options));

        StringAssert.Contains(exception.Message, teacher.Name);
        StringAssert.Contains(exception.Message, student.Name);
        StringAssert.Contains(exception.Message, "'Teacher'");
    }

    [TestMethod]
    public void Vectors_of_unknown_origin_are_taken() =>
        Assert.AreEqual(48, Fit(_mlContext.Data.LoadFromEnumerable(CreateVectorRows(40))).Model.Dimensions);

    [TestMethod]
    public void Canceling_the_context_stops_the_training()
    {
        int lastStep = 0;
        DistillationOptions training = DistillationData.CreateTraining();
        training.Progress = new ActionProgress(progress =>
        {
            lastStep = progress.Step;
            Cancellation.Cancel(_mlContext);
        });

        Assert.ThrowsExactly<OperationCanceledException>(() => Fit(_mlContext.Data.LoadFromEnumerable(CreateVectorRows(100)), DistillationData.CreateOptions(training)));

        Assert.IsLessThan(2, lastStep);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Canceling_while_data_is_read_keeps_the_vectors_so_far(bool isContext)
    {
        using var cancellation = new CancellationTokenSource();
        DistillSentenceEmbeddingEstimator.Options options = CreateCachedOptions(out string path);
        options.Training.CancellationToken = cancellation.Token;
        IEnumerable<VectorRow> rows = CreateVectorRows(100).Select((row, i) =>
        {
            if (i == 50 && isContext)
            {
                Cancellation.Cancel(_mlContext);
            }
            else if (i == 50)
            {
                cancellation.Cancel();
            }

            return row;
        });

        Assert.ThrowsExactly<OperationCanceledException>(() => Fit(_mlContext.Data.LoadFromEnumerable(rows), options));

        using TeacherVectorFile file = TeacherVectorFile.Open(path, 48);
        Assert.AreEqual(50, file.Count);
    }

    [TestMethod]
    public void Training_that_is_ended_early_gives_a_student_and_goes_on_later_to_the_same_result()
    {
        IDataView data = CreateData();
        DistillationOptions training = DistillationData.CreateTraining();
        float[][] expected = [.. Fit(data, DistillationData.CreateOptions(training)).Transform(data).GetColumn<float[]>(DistillationData.Student)];
        training.CheckpointDirectory = TemporaryFiles.CreatePath();
        using var cancellation = new CancellationTokenSource();
        training.CancellationToken = cancellation.Token;
        int steps = 0;
        training.Progress = new ActionProgress(progress =>
        {
            steps++;
            if (progress.Step == 20)
            {
                cancellation.Cancel();
            }
        });
        SentenceEmbeddingTransformer early = Fit(data, DistillationData.CreateOptions(training));
        Assert.AreEqual(1, _messages.Count(message => message.Contains("was ended early", StringComparison.Ordinal)));
        Assert.AreEqual(DistillationData.RowCount, early.Transform(data).GetColumn<float[]>(DistillationData.Student).Count());
        training.CancellationToken = CancellationToken.None;
        steps = 0;

        float[][] actual = [.. Fit(data, DistillationData.CreateOptions(training)).Transform(data).GetColumn<float[]>(DistillationData.Student)];

        AssertEqual(expected, actual, 0);
        Assert.IsLessThan(57 - 15, steps);
    }

    [TestMethod]
    public void Beginning_evaluations_and_end_are_told_to_the_log()
    {
        DistillationOptions training = DistillationData.CreateTraining();
        training.ValidationFraction = 0.1f;
        training.EvaluationSteps = 10;

        Fit(_mlContext.Data.LoadFromEnumerable(CreateVectorRows(100)), DistillationData.CreateOptions(training));

        string name = DistillationData.TeacherModel.KeepLayers(1).Name;
        Assert.AreEqual(1, CountMessages($"Distilling {name}: 100 texts; 100 of the teacher's vectors are new"));
        Assert.AreEqual(1, CountMessages($"Distilling {name}: before the first step; validation loss "));
        Assert.AreEqual(1, CountMessages($"Distilling {name}: step 10 of 18, loss "));
        Assert.AreEqual(1, CountMessages($"Distilling {name}: step 18 of 18, loss "));
        Assert.AreEqual(1, CountMessages($"Distilling {name} is done: 90 texts, 18 of 18 steps"));
    }

    [TestMethod]
    public void Options_stay_as_they_were()
    {
        DistillationOptions training = DistillationData.CreateTraining();
        var progress = new ActionProgress(_ => { });
        training.Progress = progress;

        Fit(_mlContext.Data.LoadFromEnumerable(CreateVectorRows(20)), DistillationData.CreateOptions(training));

        Assert.AreSame(progress, training.Progress);
    }

    [TestMethod]
    public void Wrong_options_are_refused()
    {
        TransformsCatalog transforms = _mlContext.Transforms;
        SentenceModel model = DistillationData.TeacherModel;
        DistillSentenceEmbeddingEstimator.Options options = DistillationData.CreateOptions();

        Assert.ThrowsExactly<ArgumentNullException>(() => transforms.DistillSentenceEmbedding(null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => transforms.DistillSentenceEmbedding("A", "Text", "Teacher", null!));
        Assert.AreEqual("LabelColumnName", Assert.ThrowsExactly<ArgumentException>(() => transforms.DistillSentenceEmbedding("A", "Text", "", model)).ParamName);
        Assert.AreEqual("OutputColumnName", Assert.ThrowsExactly<ArgumentException>(() => transforms.DistillSentenceEmbedding("", "Text", "Teacher", model)).ParamName);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => options.Precision = (WeightPrecision)7);
        options.Training = null!;
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => transforms.DistillSentenceEmbedding(options)).Message, "Training");
    }

    [TestMethod]
    public void What_cannot_be_trained_is_refused_before_the_teacher_computes_anything()
    {
        IDataView rows = _mlContext.Data.LoadFromEnumerable(DistillationData.Rows);
        SentenceEmbeddingTransformer teacher = DistillationData.CreateTeacher(_mlContext, rows);
        DistillSentenceEmbeddingEstimator.Options options = DistillationData.CreateOptions();
        options.Student = new EditableModel("bert-mean-normalize").Set("1_Pooling/config.json", "pooling_mode", "\"max\"").Load();
        Assert.ThrowsExactly<NotSupportedException>(() => Fit(teacher.Transform(rows), options));

        options = DistillationData.CreateOptions();
        options.Training.CheckpointDirectory = TemporaryFiles.CreatePath();
        options.Training.Evaluators = [new MseEvaluator("sts/dev", ["a"], [new float[48]])];
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Fit(teacher.Transform(rows), options)).Message, "sts/dev");

        Assert.AreEqual(0, teacher.ComputedRows);
        Assert.IsFalse(Directory.Exists(options.Training.CheckpointDirectory));
    }

    private static List<VectorRow> CreateVectorRows(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(i => new VectorRow
        {
            Text = DistillationData.Rows[i].Text,
            Teacher = [.. Enumerable.Range(0, 48).Select(_ => (float)random.NextDouble() - 0.5f)],
        })];
    }

    private static DistillSentenceEmbeddingEstimator.Options CreateCachedOptions(out string path)
    {
        DistillSentenceEmbeddingEstimator.Options options = DistillationData.CreateOptions();
        options.TeacherCacheFile = path = TemporaryFiles.CreatePath(".bin");
        return options;
    }

    private static long GetWeightLength(SentenceModel model) => model.Files.Single(file => file.RelativePath == "model.safetensors").Length;

    private static void AssertEqual(float[][] expected, float[][] actual, double tolerance)
    {
        Assert.AreEqual(expected.Length, actual.Length);
        for (int row = 0; row < expected.Length; row++)
        {
            for (int i = 0; i < expected[row].Length; i++)
            {
                Assert.AreEqual(expected[row][i], actual[row][i], tolerance, $"row {row}, place {i}");
            }
        }
    }

    private int CountMessages(string text) => _messages.Count(message => message.Contains(text, StringComparison.Ordinal));

    private IDataView CreateData(SentenceModel? teacher = null)
    {
        IDataView rows = _mlContext.Data.LoadFromEnumerable(DistillationData.Rows);
        return DistillationData.CreateTeacher(_mlContext, rows, teacher).Transform(rows);
    }

    private DistillSentenceEmbeddingEstimator CreateEstimator(DistillSentenceEmbeddingEstimator.Options? options = null) =>
        _mlContext.Transforms.DistillSentenceEmbedding(options ?? DistillationData.CreateOptions());

    private SentenceEmbeddingTransformer Fit(IDataView data, DistillSentenceEmbeddingEstimator.Options? options = null) => CreateEstimator(options).Fit(data);

    private void AssertLabelRefused(IDataView data, string column, string message)
    {
        DistillSentenceEmbeddingEstimator.Options options = DistillationData.CreateOptions();
        options.LabelColumnName = column;
        DistillSentenceEmbeddingEstimator estimator = CreateEstimator(options);
        foreach (Action action in new Action[] { () => estimator.GetOutputSchema(SchemaShapes.Create(data.Schema)), () => estimator.Fit(data) })
        {
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(action).Message, message);
        }
    }
}
