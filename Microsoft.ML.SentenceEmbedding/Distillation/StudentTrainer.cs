namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Trains a student to give its teacher's vectors.</summary>
/// <remarks>The result is a function of student, examples, and options: not of the number of threads, nor of where the training was interrupted and resumed.</remarks>
internal sealed class StudentTrainer
{
    // Of the streams of random numbers that are drawn from the seed, epochs have their own numbers.
    private const int ValidationStream = -1;

    private readonly SentenceModel _student;
    private readonly DistillationOptions _options;

    /// <summary>Creates a trainer; what cannot be trained is refused here, before anybody has computed a teacher's vectors.</summary>
    /// <exception cref="ArgumentException">The evaluators' logs are to be written, and the name of one cannot be a file's.</exception>
    /// <exception cref="NotSupportedException">The student has a part that cannot be trained, or too many weights.</exception>
    public StudentTrainer(SentenceModel student, DistillationOptions options)
    {
        _student = student;
        _options = options;
        _ = new PoolingWeights(student);
        _ = new ParameterLayout(StudentEncoder.Of(student));
        if (options.CheckpointDirectory is not null)
        {
            foreach (var evaluator in options.Evaluators)
            {
                EvaluationCsv.FileName(evaluator);
            }
        }
    }

    /// <summary>Trains, from the last checkpoint on if there is one.</summary>
    /// <exception cref="ArgumentException">There is no text to train on, or the vectors do not have the student's dimensions.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged, or of another training.</exception>
    /// <exception cref="InvalidOperationException">The loss is not a number any more.</exception>
    public DistillationResult Train(TrainingSet examples)
    {
        if (examples.Dimensions != _student.Dimensions)
        {
            throw new ArgumentException($"The teacher's vectors have {examples.Dimensions} dimensions, the student's {_student.Dimensions}; they must have as many.", nameof(examples));
        }

        (int[] training, int[] validation) = Split(examples.Count);
        if (training.Length == 0)
        {
            throw new ArgumentException($"There is no text to train on: {examples.Count} were given, and {validation.Length} of them are held back for validation.", nameof(examples));
        }

        using var run = new TrainingRun(_student, _options, examples, training, validation);
        bool canceled = false;
        try
        {
            run.Begin();
            while (run.Step < run.TotalSteps)
            {
                run.MakeStep();
            }
        }
        catch (OperationCanceledException) when (_options.CancellationToken.IsCancellationRequested)
        {
            canceled = true;
        }

        run.Save();
        return run.Finish(canceled);
    }

    private (int[] Training, int[] Validation) Split(int count)
    {
        int[] rows = [.. Enumerable.Range(0, count)];
        int held = (int)(count * (decimal)_options.ValidationFraction);
        if (held == 0)
        {
            return (rows, []);
        }

        new RandomBits(_options.Seed, ValidationStream).Shuffle(rows);
        int[] validation = rows[..held];
        int[] training = rows[held..];
        Array.Sort(validation);
        Array.Sort(training);
        return (training, validation);
    }
}
