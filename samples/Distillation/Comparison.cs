using System.Diagnostics;
using Microsoft.ML.SentenceEmbedding;
using Spectre.Console;

namespace Distillation;

/// <summary>Measures models side by side.</summary>
internal sealed class Comparison(IReadOnlyList<ISentenceEvaluator> evaluators, IReadOnlyList<string> texts)
{
    private const int Rounds = 3;

    /// <summary>Gives a table with a row for each model.</summary>
    public Table Run(params IReadOnlyList<(string Name, SentenceModel Model)> models)
    {
        SentenceEncoder[] encoders = [.. models.Select(model => new SentenceEncoder(model.Model))];
        double[] speeds = Speeds(encoders);
        var table = new Table().Title("Teacher and student").AddColumns("Model", "STS-B dev", "STS-B test", "Negative MSE", "MB (F16)", "Sentences/s");
        for (int i = 0; i < models.Count; i++)
        {
            var scores = evaluators.Select(evaluator => $"{evaluator.Evaluate(encoders[i]).PrimaryValue:f4}");
            table.AddRow([models[i].Name, .. scores, $"{ModelSize.Megabytes(models[i].Model):f1}", $"{speeds[i]:n0}"]);
            encoders[i].Dispose();
        }

        return table;
    }

    // Round by round, so that what else the machine does slows all of them; the fastest round counts, the first one warms up.
    private double[] Speeds(SentenceEncoder[] encoders)
    {
        double[] speeds = new double[encoders.Length];
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < encoders.Length; i++)
            {
                var time = Stopwatch.StartNew();
                encoders[i].Encode(texts);
                speeds[i] = Math.Max(speeds[i], texts.Count / time.Elapsed.TotalSeconds);
            }
        }

        return speeds;
    }
}
