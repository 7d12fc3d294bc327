using System.Collections.ObjectModel;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Trains a student to give the vectors of its teacher, and makes a <see cref="SentenceEmbeddingTransformer"/> of it.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes |
/// | Input column data type | [Text](xref:Microsoft.ML.Data.TextDataViewType) |
/// | Label column data type | Known-sized vector of [Single](xref:System.Single), with the student's number of dimensions |
/// | Output column data type | Known-sized vector of [Single](xref:System.Single), with the student's number of dimensions |
/// | Required NuGet in addition to Microsoft.ML | Microsoft.ML.SentenceEmbedding |
/// | Exportable to ONNX | No |
/// ]]></format>
/// <para>
/// The label column usually comes from the teacher itself, appended in front: <c>mlContext.Transforms.SentenceEmbedding("Teacher", "Text", teacher)
/// .Append(mlContext.Transforms.DistillSentenceEmbedding("Student", "Text", "Teacher", teacher.KeepLayers(0, 3)))</c>. Any column of vectors will do; if it
/// says which model it comes from, the student has to tokenize as that model does. The trained transformer needs the column of texts only.
/// </para>
/// <para>
/// <see cref="Fit"/> reads the data once. It asks for each vector once and keeps it in a file, which survives a restart with
/// <see cref="DistillationOptions.CheckpointDirectory"/> or <see cref="Options.TeacherCacheFile"/>: vectors of texts that are there are not asked for, and so not
/// computed, except for the first few, which show whether the teacher is the same. A missing text counts as the empty one. Then the student is trained; with a
/// checkpoint directory, a training that was ended at any moment goes on from its last checkpoint.
/// </para>
/// <para>
/// Canceling the context stops <see cref="Fit"/> with an <see cref="OperationCanceledException"/>. <see cref="DistillationOptions.CancellationToken"/> ends the
/// training early with the best student so far; while the data is being read, when there is none, it stops with that exception too, between two
/// windows of the teacher's. What was saved stays in both cases.
/// </para>
/// <para>
/// <see cref="SentenceEmbeddingTransformer.Model"/> of the result is the student, and <see cref="SentenceModel.Save(string)"/> writes its directory with a model card.
/// </para>
/// </remarks>
public sealed partial class DistillSentenceEmbeddingEstimator : IEstimator<SentenceEmbeddingTransformer>
{
    private const string TeacherFileName = "teacher-vectors.bin";
    private const string CardFileName = "README.md";

    private readonly IHost _host;
    private readonly ColumnMapping _columns;
    private readonly InputColumn _label;
    private readonly SentenceModel _student;
    private readonly DistillationOptions _training;
    private readonly WeightPrecision _precision;
    private readonly string? _teacherCacheFile;

    internal DistillSentenceEmbeddingEstimator(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string inputColumnName = ColumnName.GetInput(options.InputColumnName, options.OutputColumnName);
        string outputColumnName = ColumnName.Check(options.OutputColumnName);
        string labelColumnName = ColumnName.Check(options.LabelColumnName);
        _student = options.Student ?? throw new ArgumentException($"{nameof(options.Student)} is null.", nameof(options));
        _training = options.Training ?? throw new ArgumentException($"{nameof(options.Training)} is null.", nameof(options));
        _host = environment.Register(nameof(DistillSentenceEmbeddingEstimator));
        _columns = SentenceEmbeddingTransformer.CreateColumns(inputColumnName, outputColumnName, _student, EmbeddingSettings.Create(_student));
        _label = InputColumn.Label(labelColumnName, NumberDataViewType.Single, _student.Dimensions);
        _precision = options.Precision;
        _teacherCacheFile = options.TeacherCacheFile;
    }

    /// <summary>Reads the data, computes the teacher's vectors that are not known yet, and trains the student.</summary>
    /// <param name="input">Data that has the columns of texts and of the teacher's vectors.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has another type, or the vectors have other dimensions than the student's.</exception>
    /// <exception cref="ArgumentException">The student tokenizes otherwise than the model that the vectors come from; or the training has more steps than can be counted, or an evaluator whose name cannot be that of its log.</exception>
    /// <exception cref="InvalidOperationException">There is no row, or the loss is not a number any more.</exception>
    /// <exception cref="NotSupportedException">The student has a part that cannot be trained, or too many weights.</exception>
    /// <exception cref="InvalidDataException">A vector has values that are no numbers, zeros only, or another length than its column says; a text has no tokens; or the file of vectors, or a checkpoint, is of something else.</exception>
    /// <exception cref="IOException">A file cannot be written, as on a full disk. What was saved before stays.</exception>
    /// <exception cref="UnauthorizedAccessException">A directory or file may not be written.</exception>
    /// <exception cref="OperationCanceledException">The work was canceled.</exception>
    public SentenceEmbeddingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column text = _columns.Bind(_host, input.Schema).Input;
        DataViewSchema.Column label = _label.Find(_host, input.Schema);
        string? teacherName = CheckTeacher(label);
        DistillationOptions training = _training.Clone();
        var reporter = new DistillationReporter(_host, _student.Name, training.Clone());
        training.Progress = reporter;
        var trainer = new StudentTrainer(_student, training);

        using TeacherVectorFile file = OpenTeacherFile(training);
        using var builder = new TrainingSetBuilder(_student, file, $"column '{label.Name}'");
        Read(input, text, label, builder, reporter);
        reporter.ReportVectors(builder, file);
        TrainingSet examples = builder.Build();
        DistillationResult result = trainer.Train(examples);
        reporter.ThrowIfContextIsCanceled();
        reporter.ReportEnd(result);

        SentenceModel student = Complete(result, training, examples, teacherName);
        ColumnMapping columns = SentenceEmbeddingTransformer.CreateColumns(_columns.Input.Name, _columns.Outputs[0].Name, student, EmbeddingSettings.Create(student));
        return new SentenceEmbeddingTransformer(_host, columns, student, encoderOptions: null, memo: null);
    }

    /// <summary>Gives the shape of the schema that the trained transformer delivers.</summary>
    /// <param name="inputSchema">The shape of the input.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape outputSchema = _columns.GetOutputSchema(_host, inputSchema);
        _label.Check(_host, inputSchema);
        return outputSchema;
    }

    /// <summary>Reads every text, and the vectors that the builder asks for.</summary>
    private void Read(IDataView input, DataViewSchema.Column text, DataViewSchema.Column label, TrainingSetBuilder builder, DistillationReporter reporter)
    {
        reporter.ThrowIfCanceled();
        using DataViewRowCursor cursor = input.GetRowCursor([text, label]);
        ValueGetter<ReadOnlyMemory<char>> getText = cursor.GetGetter<ReadOnlyMemory<char>>(text);
        ValueGetter<VBuffer<float>> getLabel = cursor.GetGetter<VBuffer<float>>(label);
        ReadOnlyMemory<char> textValue = default;
        VBuffer<float> labelValue = default;
        Action<float[]> readLabel = vector =>
        {
            getLabel(ref labelValue);
            if (labelValue.Length != vector.Length)
            {
                throw new InvalidDataException(
                    $"The teacher's vector of row {builder.Count} in column '{label.Name}' has {labelValue.Length} numbers, although the column's type says {vector.Length}: leave the row out, or give it another vector.");
            }

            labelValue.CopyTo(vector);
        };
        while (cursor.MoveNext())
        {
            reporter.ThrowIfCanceled();
            getText(ref textValue);
            builder.Add(textValue.Span, readLabel);
        }

        if (builder.Count == 0)
        {
            throw _host.Process(new InvalidOperationException("There is nothing to distill from: the data has no rows."));
        }
    }

    /// <summary>Compares the student with the model that the labels come from, and gives that one's name; null if the labels do not say.</summary>
    private string? CheckTeacher(DataViewSchema.Column label)
    {
        if (!ModelAnnotations.TryRead(label, out string teacherName, out ulong fingerprint))
        {
            return null;
        }

        return fingerprint == _student.SentenceTokenizer.Fingerprint
            ? teacherName
            : throw _host.Process(new ArgumentException(
                $"The student {_student.Name} does not tokenize as its teacher {teacherName}, whose vectors are in column '{label.Name}': make the student of the teacher, as with {nameof(SentenceModel.KeepLayers)}, or take another one with the same vocabulary."));
    }

    private TeacherVectorFile OpenTeacherFile(DistillationOptions training)
    {
        string? path = _teacherCacheFile ?? (training.CheckpointDirectory is { } directory ? Path.Combine(directory, TeacherFileName) : null);
        return path is null
            ? TeacherVectorFile.CreateTemporary((_host as IHostEnvironmentInternal)?.TempFilePath ?? Path.GetTempPath(), _student.Dimensions)
            : TeacherVectorFile.Open(path, _student.Dimensions);
    }

    /// <summary>Gives the trained student its card, and its weights the precision asked for.</summary>
    private SentenceModel Complete(DistillationResult result, DistillationOptions training, TrainingSet examples, string? teacherName)
    {
        string card = ModelCard.Write(result, training, _student.Origin?.HubName ?? teacherName ?? _student.Name, _student.Origin?.License, TextLengths.Of(examples));
        var files = new Dictionary<string, ReadOnlyMemory<byte>> { [CardFileName] = Encoding.UTF8.GetBytes(card) };
        return result.Student.With(ReadOnlyDictionary<string, ReadOnlyMemory<float>>.Empty, _precision, result.Student.Name, files);
    }
}
