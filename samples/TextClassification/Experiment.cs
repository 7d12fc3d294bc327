using System.Diagnostics;
using Microsoft.ML;
using Spectre.Console;

namespace TextClassification;

/// <summary>Trains a pipeline and tests it, under a progress bar that counts the rows ML.NET reads.</summary>
internal sealed class Experiment(MLContext mlContext, IReadOnlyList<Question> train, IReadOnlyList<Question> test)
{
    public Result Run(string name, IEstimator<ITransformer> pipeline)
    {
        var time = Stopwatch.StartNew();
        return AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new SpinnerColumn())
            .Start(context =>
            {
                var training = context.AddTask($"{name}: training", maxValue: train.Count);
                var model = pipeline.Fit(Counted(train, training));
                training.Description = $"{name}: trained";
                training.StopTask();

                var testing = context.AddTask($"{name}: testing", maxValue: test.Count);
                var predictions = model.Transform(Counted(test, testing));
                var metrics = mlContext.MulticlassClassification.Evaluate(predictions);
                testing.Description = $"{name}: tested";
                testing.StopTask();
                return new Result(name, model, metrics, Answer.Labels(predictions.Schema), time.Elapsed);
            });
    }

    /// <summary>Each pass over the rows begins the bar anew: the classes are collected in a first, quick one.</summary>
    private IDataView Counted(IReadOnlyList<Question> questions, ProgressTask task)
    {
        return mlContext.Data.LoadFromEnumerable(Rows());

        IEnumerable<Question> Rows()
        {
            task.Value = 0;
            foreach (var question in questions)
            {
                yield return question;
                task.Increment(1);
            }
        }
    }
}
