using Microsoft.ML.SentenceEmbedding;
using Spectre.Console;

namespace Distillation;

/// <summary>Shows how a distillation is getting on: two bars in a terminal, a line now and then where the output goes elsewhere.</summary>
internal sealed class TrainingDisplay : IProgress<DistillationProgress>
{
    private const int LinesEvery = 50;
    private const int RowsPerLine = 10_000;

    private readonly ProgressTask? _teacher;
    private readonly ProgressTask? _student;
    private string _score = "";

    private TrainingDisplay(ProgressContext? context, int texts)
    {
        _teacher = context?.AddTask("Teacher: reading", maxValue: texts);
        _student = context?.AddTask("Student: waiting", autoStart: false);
    }

    /// <summary>Gets the evaluations so far.</summary>
    public IReadOnlyList<DistillationEvaluation> Log { get; private set; } = [];

    /// <summary>Does the work under the display.</summary>
    public static T Run<T>(int texts, Func<TrainingDisplay, T> work)
        => Console.IsOutputRedirected
            ? work(new TrainingDisplay(null, texts))
            : AnsiConsole.Progress()
                .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
                .Start(context => work(new TrainingDisplay(context, texts)));

    /// <summary>Gives the rows and counts them: the teacher embeds them as they are read.</summary>
    public IEnumerable<Sentence> Count(IReadOnlyList<string> texts)
    {
        for (int i = 0; i < texts.Count; i++)
        {
            yield return new Sentence { Text = texts[i] };
            _teacher?.Value(i + 1);
            if (_teacher is null && (i + 1) % RowsPerLine == 0)
            {
                Console.WriteLine($"teacher: {i + 1:n0} of {texts.Count:n0} texts");
            }
        }
    }

    /// <inheritdoc/>
    public void Report(DistillationProgress value)
    {
        Log = value.Log;
        if (value.Evaluation is { } evaluation)
        {
            _score = $"  dev {evaluation.Metrics[0].PrimaryValue:f4}";
        }

        // Before the first step there is neither a loss nor a speed.
        string speed = value.SentencesPerSecond > 0 ? $"  loss {value.TrainingLoss:f6}  {value.SentencesPerSecond:n0} sentences/s  {value.Remaining:hh\\:mm\\:ss} left" : "";
        string line = $"step {value.Step:n0} of {value.TotalSteps:n0}{speed}{_score}";
        if (_student is not null)
        {
            _teacher?.StopTask();
            _student.StartTask();
            _student.MaxValue = value.TotalSteps;
            _student.Value = value.Step;
            _student.Description = $"Student: {line}";
        }
        else if (value.Evaluation is not null || value.Step % LinesEvery == 0)
        {
            Console.WriteLine(line);
        }
    }
}
