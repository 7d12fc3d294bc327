using System.Globalization;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What decides the result of a training, under the names of Python's trainer where it has them.</summary>
internal static class ModelCardHyperparameters
{
    /// <summary>Gives every hyperparameter's name and value.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> All(DistillationOptions options) =>
    [
        new("num_train_epochs", Text(options.Epochs)),
        new("per_device_train_batch_size", Text(options.BatchSize)),
        new("gradient_accumulation_steps", Text(options.GradientAccumulationSteps)),
        new("optim", "adamw"),
        new("learning_rate", Text(options.LearningRate)),
        new("lr_scheduler_type", options.Schedule.ToString().ToLowerInvariant()),
        new("warmup_ratio", Text(options.WarmupRatio)),
        new("weight_decay", Text(options.WeightDecay)),
        new("max_grad_norm", Text(options.MaximumGradientNorm)),
        new("dropout", Text(options.Dropout)),
        new("freeze_embeddings", options.FreezeEmbeddings ? "true" : "false"),
        new("validation_fraction", Text(options.ValidationFraction)),
        new("eval_steps", Text(options.EvaluationSteps)),
        new("load_best_model_at_end", options.LoadBestAtEnd ? "true" : "false"),
        new("seed", Text(options.Seed)),
    ];

    /// <summary>Gives the hyperparameters whose values are not those of new options.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> NonDefault(DistillationOptions options) => [.. All(options).Except(All(new DistillationOptions()))];

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
