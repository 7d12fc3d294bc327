using Microsoft.ML;
using Microsoft.ML.Data;

namespace TextClassification;

/// <summary>A trained model and how well it did on the test rows.</summary>
internal sealed record Result(string Name, ITransformer Model, MulticlassClassificationMetrics Metrics, string[] Labels, TimeSpan Time)
{
    /// <summary>Gets the part of the rows that were classified rightly.</summary>
    public double Accuracy => Metrics.MicroAccuracy;

    /// <summary>Gets the mean over the classes of 2PR / (P + R), with precision P and recall R.</summary>
    public double MacroF1 => Metrics.ConfusionMatrix.PerClassPrecision
        .Zip(Metrics.ConfusionMatrix.PerClassRecall, (precision, recall) => precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall))
        .Average();

    /// <summary>Gives the pairs of classes that were taken for each other most often: the true one, the predicted one, how often.</summary>
    public IEnumerable<(string Actual, string Predicted, double Count)> WorstConfusions(int count)
    {
        var counts = Metrics.ConfusionMatrix.Counts;
        return (from actual in Enumerable.Range(0, Labels.Length)
                from predicted in Enumerable.Range(0, Labels.Length)
                where actual != predicted
                orderby counts[actual][predicted] descending
                select (Labels[actual], Labels[predicted], counts[actual][predicted])).Take(count);
    }
}
