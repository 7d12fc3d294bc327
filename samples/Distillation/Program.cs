// Distills a small model from the embedded one: the teacher labels sentences, the student learns its vectors, and both are compared. A few minutes on two cores.
//
//     dotnet run -c Release --project samples/Distillation
//     dotnet run -c Release --project samples/Distillation -- --data my-texts.txt --student 0,3 --checkpoint state

using Distillation;
using Microsoft.ML;
using Microsoft.ML.SentenceEmbedding;
using Spectre.Console;

// As many of the sentences beside the sample as two cores label and learn in less than five minutes.
const int DefaultSentences = 40_000;
const int BatchSize = 64;

// The first Ctrl+C ends the training with the best student so far, a second one the program.
using var cancellation = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = !cancellation.IsCancellationRequested;
    cancellation.Cancel();
};

try
{
    Run(SampleOptions.Parse(args));
    return 0;
}
catch (FormatException exception)
{
    Console.Error.WriteLine(exception.Message);
    Console.Error.WriteLine(SampleOptions.Usage);
    return 2;
}
catch (Exception exception) when (exception is ArgumentException or IOException or InvalidDataException or InvalidOperationException or OperationCanceledException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

void Run(SampleOptions options)
{
    IReadOnlyList<string> texts = options.DataFiles.Count > 0
        ? TextFiles.Read(options.DataFiles)
        : [.. TextFiles.Read([Path.Combine(AppContext.BaseDirectory, "data", "sentences.txt.gz")]).Take(DefaultSentences)];
    var mlContext = new MLContext(seed: 1);
    var teacher = SentenceModel.Default;
    var student = teacher.KeepLayers(options.Layers);
    AnsiConsole.MarkupLineInterpolated($"{texts.Count:n0} sentences; teacher [bold]{teacher.Name}[/], student [bold]{student.Name}[/]");

    using var teacherEncoder = new SentenceEncoder(teacher);
    var pairs = SentencePair.Read(mlContext, "sts-dev.csv");
    var dev = SentencePair.Evaluator("sts-dev", pairs);
    var test = SentencePair.Evaluator("sts-test", SentencePair.Read(mlContext, "sts-test.csv"));
    var meanSquaredError = new MseEvaluator("", [.. pairs.SelectMany(pair => new[] { pair.First, pair.Second }).Distinct()], teacherEncoder);

    int steps = (int)Math.Max(1, (long)texts.Count * options.Epochs / BatchSize);
    var training = new DistillationOptions
    {
        Epochs = options.Epochs,
        BatchSize = BatchSize,
        LearningRate = options.LearningRate,
        Dropout = options.Dropout,
        ValidationFraction = Math.Min(0.02f, 1_000f / texts.Count),
        Evaluators = [dev, meanSquaredError, test],
        EvaluationSteps = Math.Max(1, steps / options.Evaluations),
        CheckpointDirectory = options.CheckpointDirectory,
        CheckpointSteps = Math.Max(50, steps / 100),
        CancellationToken = cancellation.Token,
    };

    var (trained, log) = TrainingDisplay.Run(texts.Count, display => Train(mlContext, texts, student, training, display));
    trained.Save(options.Output, WeightPrecision.Float16);
    string picture = Path.Combine(options.Output, "curve.png");
    CurvePlot.Save(picture, log.Select(row => ((double)row.Step * BatchSize, row.Metrics[0].PrimaryValue)), dev.Evaluate(teacherEncoder).PrimaryValue);

    var comparison = new Comparison([dev, test, meanSquaredError], [.. texts.Take(2_000)]);
    AnsiConsole.Write(comparison.Run(("Teacher", teacher), ("Student before", student), ("Student after", trained)));
    AnsiConsole.MarkupLineInterpolated($"Saved the student with its model card in [bold]{Path.GetFullPath(options.Output)}[/] and the curve in [bold]{Path.GetFullPath(picture)}[/].");
}

// The ML.NET way: a column of the teacher's vectors, and an estimator that trains the student to give them.
static (SentenceModel Student, IReadOnlyList<DistillationEvaluation> Log) Train(
    MLContext mlContext, IReadOnlyList<string> texts, SentenceModel student, DistillationOptions training, TrainingDisplay display)
{
    training.Progress = display;
    var pipeline = mlContext.Transforms.SentenceEmbedding("Teacher", nameof(Sentence.Text))
        .Append(mlContext.Transforms.DistillSentenceEmbedding(new DistillSentenceEmbeddingEstimator.Options
        {
            OutputColumnName = "Student",
            InputColumnName = nameof(Sentence.Text),
            LabelColumnName = "Teacher",
            Student = student,
            Training = training,
        }));
    var model = pipeline.Fit(mlContext.Data.LoadFromEnumerable(display.Count(texts)));
    return (model.LastTransformer.Model, display.Log);
}
