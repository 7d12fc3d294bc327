using Microsoft.ML.SentenceEmbedding;
using Spectre.Console;

namespace Distillation;

/// <summary>Measures models side by side.</summary>
internal sealed class Comparison(IReadOnlyList<ISentenceEvaluator> evaluators, IReadOnlyList<string> texts)
{
    /// <summary>Gives a table with a row for each model.</summary>
    public Table Run(params IReadOnlyList<(string Name, SentenceModel Model)> models)
    {
        double[] speeds = EncodingSpeed.Measure([.. models.Select(model => model.Model)], texts);
        var table = new Table().Title("Teacher and student").AddColumns("Model", "STS-B dev", "STS-B test", "Negative MSE", "MB (F16)", "Sentences/s");
        for (int i = 0; i < models.Count; i++)
        {
            using var encoder = new SentenceEncoder(models[i].Model);
            string[] scores = [.. evaluators.Select(evaluator => $"{evaluator.Evaluate(encoder).PrimaryValue:f4}")];
            table.AddRow([models[i].Name, .. scores, $"{ModelSize.Megabytes(models[i].Model):f1}", $"{speeds[i]:n0}"]);
        }

        return table;
    }
}
