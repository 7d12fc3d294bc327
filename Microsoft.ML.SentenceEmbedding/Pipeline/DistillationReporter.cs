using System.Globalization;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Tells mlContext.Log and the caller how a distillation is getting on, and stops it when its context is canceled.</summary>
/// <remarks>Every evaluation is told; of the other steps one after some seconds and then one every now and then, as trainings take hours.</remarks>
internal sealed class DistillationReporter : IProgress<DistillationProgress>
{
    private static readonly TimeSpan FirstMessage = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan BetweenMessages = TimeSpan.FromSeconds(15);

    private readonly IHost _host;
    private readonly string _activity;
    private readonly DistillationOptions _options;
    private readonly TimeProvider _time;
    private readonly long _started;
    private TimeSpan _nextMessage = FirstMessage;

    /// <summary>Begins a distillation.</summary>
    /// <param name="host">The estimator's host.</param>
    /// <param name="studentName">The student's name.</param>
    /// <param name="options">What the caller has set.</param>
    /// <param name="time">The clock.</param>
    public DistillationReporter(IHost host, string studentName, DistillationOptions options, TimeProvider? time = null)
    {
        _host = host;
        _activity = $"Distilling {studentName}";
        _options = options;
        _time = time ?? TimeProvider.System;
        _started = _time.GetTimestamp();
    }

    /// <inheritdoc/>
    public void Report(DistillationProgress value)
    {
        ThrowIfContextIsCanceled();
        _options.Progress?.Report(value);
        TimeSpan elapsed = _time.GetElapsedTime(_started);
        if (value.Evaluation is { } evaluation)
        {
            Send($"{_activity}: {Describe(value)}; {Describe(evaluation)}.");
        }
        else if (elapsed >= _nextMessage)
        {
            _nextMessage = elapsed + BetweenMessages;
            Send($"{_activity}: {Describe(value)}.");
        }
    }

    /// <summary>Tells where the teacher's vectors came from.</summary>
    public void ReportVectors(TrainingSetBuilder builder, TeacherVectorFile file)
    {
        if (file.DamagedBytes > 0)
        {
            Send($"{_activity}: the last {file.DamagedBytes:N0} bytes of {file.Path} were damaged and are made anew.");
        }

        if (builder.DiscardedRows > 0)
        {
            Send($"{_activity}: {builder.DiscardedRows:N0} vectors of {file.Path} belonged to other texts, or to texts in another order, and were discarded.");
        }

        Send($"{_activity}: {builder.Count:N0} texts; {builder.NewRows:N0} of the teacher's vectors are new, the others were known.");
    }

    /// <summary>Tells the end.</summary>
    public void ReportEnd(DistillationResult result) =>
        Send($"{_activity} {(result.Canceled ? "was ended early" : "is done")}: {result.Texts:N0} texts, {result.Steps:N0} of {result.TotalSteps:N0} steps, {WholeSeconds(result.TrainingTime)}; the student is that of step {result.BestStep:N0}.");

    /// <summary>Stops where the context was canceled or the caller's token was, while there is no student yet.</summary>
    /// <exception cref="OperationCanceledException">The work was canceled.</exception>
    public void ThrowIfCanceled()
    {
        ThrowIfContextIsCanceled();
        if (_options.CancellationToken.IsCancellationRequested)
        {
            throw _host.Process(new OperationCanceledException($"{_activity} was canceled before the training began.", _options.CancellationToken));
        }
    }

    /// <summary>Stops where the context was canceled.</summary>
    /// <exception cref="OperationCanceledException">The context was canceled.</exception>
    public void ThrowIfContextIsCanceled()
    {
        if (_host is ICancelable { IsCanceled: true })
        {
            throw _host.Process(new OperationCanceledException($"{_activity} was canceled."));
        }
    }

    private static string Describe(DistillationProgress value) => value switch
    {
        { Step: 0 } => "before the first step",

        // A resumed training has no speed yet, and its last loss is not known any more.
        { SentencesPerSecond: 0 } => string.Create(CultureInfo.InvariantCulture, $"resumed at step {value.Step:N0} of {value.TotalSteps:N0}"),
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"step {value.Step:N0} of {value.TotalSteps:N0}, loss {value.TrainingLoss:G4}, {value.SentencesPerSecond:N0} sentences/s, {WholeSeconds(value.Remaining)} left"),
    };

    private static TimeSpan WholeSeconds(TimeSpan time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerSecond));

    private string Describe(DistillationEvaluation evaluation)
    {
        IEnumerable<string> metrics = evaluation.Metrics.Select((metrics, i) => $"{_options.Evaluators[i].Name}: {metrics}");
        return evaluation.ValidationLoss is { } loss
            ? string.Join("; ", metrics.Prepend(string.Create(CultureInfo.InvariantCulture, $"validation loss {loss:G4}")))
            : string.Join("; ", metrics);
    }

    private void Send(FormattableString message)
    {
        using IChannel channel = _host.Start("Distillation");
        channel.Info(MessageSensitivity.None, message.ToString(CultureInfo.InvariantCulture));
    }
}
