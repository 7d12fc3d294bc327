using Microsoft.ML;
using Microsoft.ML.SentenceEmbedding;
using Microsoft.ML.Trainers;
using TextClassification;

namespace ModelComparison;

/// <summary>How well a linear classifier does on a model's vectors.</summary>
internal static class Classification
{
    /// <summary>Trains logistic regression on one set of questions and gives the part of the other that it puts into the right class.</summary>
    public static double Accuracy(MLContext mlContext, SentenceModel model, IReadOnlyList<Question> train, IReadOnlyList<Question> test)
    {
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label", nameof(Question.Category))
            .Append(mlContext.Transforms.SentenceEmbedding("Features", nameof(Question.Text), model))
            .AppendCacheCheckpoint(mlContext)
            .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
            {
                L1Regularization = 0,
                L2Regularization = 0.1f,
                OptimizationTolerance = 1e-6f,
            }));
        var classifier = pipeline.Fit(mlContext.Data.LoadFromEnumerable(train));
        return mlContext.MulticlassClassification.Evaluate(classifier.Transform(mlContext.Data.LoadFromEnumerable(test))).MicroAccuracy;
    }
}
