using System.Diagnostics;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>One training under way: its steps, evaluations, and checkpoints.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly SentenceModel _student;
    private readonly DistillationOptions _options;
    private readonly TrainingSet _examples;
    private readonly int[] _training;
    private readonly TrainingSession _session;
    private readonly StudentOptimizer _optimizer;
    private readonly TrainingSchedule _schedule;
    private readonly StudentValidation _validation;
    private readonly TrainingCheckpoint? _checkpoint;
    private readonly TrainingState _state = new();
    private readonly int _stepsPerEpoch;
    private EpochPlan? _plan;
    private int _plannedEpoch = -1;
    private int _savedStep = -1;
    private int _resumedStep;
    private TimeSpan _resumedTime;

    /// <summary>Prepares a training from its beginning.</summary>
    public TrainingRun(SentenceModel student, DistillationOptions options, TrainingSet examples, int[] training, int[] validation)
    {
        _student = student;
        _options = options;
        _examples = examples;
        _training = training;
        _session = new TrainingSession(student, options.Dropout, !options.FreezeEmbeddings);
        _optimizer = new StudentOptimizer(_session.Layout, options);
        _validation = new StudentValidation(student, options, examples, validation);
        _stepsPerEpoch = EpochPlan.Parts(EpochPlan.Parts(training.Length, options.BatchSize), options.GradientAccumulationSteps);
        TotalSteps = options.Epochs <= int.MaxValue / _stepsPerEpoch
            ? _stepsPerEpoch * options.Epochs
            : throw new ArgumentException($"{options.Epochs} epochs of {_stepsPerEpoch} steps are more than {int.MaxValue} steps; set fewer {nameof(options.Epochs)}.", nameof(options));
        _schedule = new TrainingSchedule(options.Schedule, options.LearningRate, TotalSteps, options.WarmupRatio);
        if (options.CheckpointDirectory is not null)
        {
            _checkpoint = new TrainingCheckpoint(options.CheckpointDirectory, TrainingIdentity.Of(student, _session.Weights, options, examples));
        }
    }

    /// <summary>Gets the number of steps done.</summary>
    public int Step => _state.Step;

    /// <summary>Gets the number of steps of the whole training.</summary>
    public int TotalSteps { get; }

    /// <summary>Goes on from the last checkpoint if there is one, makes the evaluation that is due there, and reports where the training stands.</summary>
    public void Begin()
    {
        if (_checkpoint?.TryRead(_state, _session.Weights, _optimizer.Adam) == true)
        {
            if (Step > TotalSteps || _state.Log.Any(row => row.Metrics.Count != _options.Evaluators.Count))
            {
                throw new InvalidDataException($"{_checkpoint.Path} is damaged: it is at step {Step} of {TotalSteps}, or its log has not {_options.Evaluators.Count} evaluators' metrics in every row. Delete it to begin again.");
            }

            _optimizer.Restore();
            _savedStep = _resumedStep = Step;
            _resumedTime = _state.TrainingTime;
        }

        Report(0, 0, 0, EvaluateIfDue());
    }

    /// <summary>Makes a step, and what is due after it: an evaluation, a checkpoint, a report.</summary>
    public void MakeStep()
    {
        var watch = Stopwatch.StartNew();
        float learningRate = _schedule.LearningRate(Step);
        double loss = ComputeGradient();
        double norm = _optimizer.Step(_session.Weights, _session.Gradient, Step + 1, learningRate);
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
        {
            throw new InvalidOperationException($"The loss of step {Step + 1} is {loss} and its gradient's length {norm}: the training has diverged. Begin again with a lower learning rate than {_options.LearningRate}.");
        }

        _state.Step++;
        _state.LossSum += loss;
        _state.LossSteps++;
        _state.TrainingTime += watch.Elapsed;
        var evaluation = EvaluateIfDue();
        if (Step % _options.CheckpointSteps == 0)
        {
            Save();
        }

        Report(loss, learningRate, norm, evaluation);
    }

    /// <summary>Writes a checkpoint of the last step, unless that is done or nobody asked for any.</summary>
    public void Save()
    {
        if (_checkpoint is not null && _savedStep != Step)
        {
            _checkpoint.Write(_state, _session.Weights, _optimizer.Adam);
            _savedStep = Step;
        }
    }

    /// <summary>Gives the result.</summary>
    public DistillationResult Finish(bool canceled)
    {
        bool takesBest = (_options.LoadBestAtEnd || canceled) && _state.BestWeights is not null;
        float[] weights = takesBest ? _state.BestWeights! : _session.Weights;
        return new DistillationResult(
            _validation.StudentWith(_session.Layout, weights),
            _state.Log,
            _training.Length,
            _examples.Count - _training.Length,
            TotalSteps,
            Step,
            takesBest ? _state.BestStep : Step,
            _state.TrainingTime,
            canceled);
    }

    /// <summary>Frees what is native.</summary>
    public void Dispose() => _session.Dispose();

    /// <summary>Computes the gradient of the step's batches and gives their mean loss.</summary>
    private double ComputeGradient()
    {
        (int epoch, int stepOfEpoch) = Math.DivRem(Step, _stepsPerEpoch);
        if (_plannedEpoch != epoch)
        {
            _plan = new EpochPlan(_training, row => _examples.Ids(row).Length, _options.BatchSize, _options.Seed, epoch);
            _plannedEpoch = epoch;
        }

        int first = stepOfEpoch * _options.GradientAccumulationSteps;
        int count = Math.Min(_options.GradientAccumulationSteps, _plan!.Count - first);
        _session.Gradient.Clear();
        double loss = 0;
        for (int i = 0; i < count; i++)
        {
            // Here nothing has changed yet: the step is made anew when the training goes on.
            _options.CancellationToken.ThrowIfCancellationRequested();
            var rows = _plan[first + i];
            float weight = 1f / ((float)count * rows.Length * _student.Dimensions);
            loss += _session.Accumulate(_examples, rows, weight, (_options.Seed, Step, i), _options.MaximumConcurrency);
        }

        return loss;
    }

    private DistillationEvaluation? EvaluateIfDue()
    {
        bool due = Step == TotalSteps || Step % _options.EvaluationSteps == 0;
        if (!due || (_state.Log.Count > 0 && _state.Log[^1].Step == Step))
        {
            return null;
        }

        (var metrics, double? validationLoss) = _validation.Evaluate(_session.Layout, _session.Weights);
        double? trainingLoss = _state.LossSteps == 0 ? null : _state.LossSum / _state.LossSteps;
        var evaluation = new DistillationEvaluation(Epoch, Step, trainingLoss, validationLoss, metrics);
        _state.Log.Add(evaluation);
        _state.LossSum = 0;
        _state.LossSteps = 0;

        double? score = metrics.Count > 0 ? metrics[0].PrimaryValue : -validationLoss;
        if (score > (_state.BestScore ?? double.NegativeInfinity))
        {
            _state.BestScore = score;
            _state.BestStep = Step;
            _state.BestWeights ??= new float[_session.Weights.Length];
            _session.Weights.CopyTo(_state.BestWeights, 0);
        }

        WriteLogs();
        return evaluation;
    }

    /// <summary>Writes each evaluator's log anew: the rows of a training that was resumed are in it once.</summary>
    private void WriteLogs()
    {
        for (int i = 0; _options.CheckpointDirectory is not null && i < _options.Evaluators.Count; i++)
        {
            EvaluationCsv.Write(_options.CheckpointDirectory, _options.Evaluators[i], [.. _state.Log.Select(row => (row.Epoch, row.Step, row.Metrics[i]))]);
        }
    }

    private double Epoch => Step / (double)_stepsPerEpoch;

    private void Report(double loss, double learningRate, double norm, DistillationEvaluation? evaluation)
    {
        if (_options.Progress is null)
        {
            return;
        }

        double seconds = (_state.TrainingTime - _resumedTime).TotalSeconds;
        double stepsPerSecond = seconds > 0 ? (Step - _resumedStep) / seconds : 0;
        double sentencesPerStep = _training.Length / (double)_stepsPerEpoch;
        var remaining = stepsPerSecond > 0 ? TimeSpan.FromSeconds((TotalSteps - Step) / stepsPerSecond) : TimeSpan.Zero;
        _options.Progress.Report(new DistillationProgress(
            Step, TotalSteps, Epoch, loss, learningRate, norm, stepsPerSecond * sentencesPerStep, remaining, evaluation, [.. _state.Log]));
    }
}
