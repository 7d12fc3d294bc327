using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What a training's result depends on, by name: a checkpoint whose identity differs is of another training.</summary>
internal static class TrainingIdentity
{
    /// <summary>Lists student, texts, and the options that matter.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(SentenceModel student, float[] weights, DistillationOptions options, TrainingSet examples) =>
    [
        new("student", $"{student.Name}, {student.Encoder}, {string.Join(' ', ModelArchitecture.Describe(student))}, weights {XxHash3.HashToUInt64(MemoryMarshal.AsBytes(weights.AsSpan())):x16}"),
        new("texts", $"{examples.Count}, hash {examples.Fingerprint:x16}"),
        new(nameof(options.Epochs), Text(options.Epochs)),
        new(nameof(options.BatchSize), Text(options.BatchSize)),
        new(nameof(options.GradientAccumulationSteps), Text(options.GradientAccumulationSteps)),
        new(nameof(options.LearningRate), Text(options.LearningRate)),
        new(nameof(options.Schedule), options.Schedule.ToString()),
        new(nameof(options.WarmupRatio), Text(options.WarmupRatio)),
        new(nameof(options.WeightDecay), Text(options.WeightDecay)),
        new(nameof(options.MaximumGradientNorm), Text(options.MaximumGradientNorm)),
        new(nameof(options.Dropout), Text(options.Dropout)),
        new(nameof(options.FreezeEmbeddings), options.FreezeEmbeddings.ToString()),
        new(nameof(options.Seed), Text(options.Seed)),
        new(nameof(options.EvaluationSteps), Text(options.EvaluationSteps)),
        new(nameof(options.Evaluators), string.Join(", ", options.Evaluators.Select(evaluator => evaluator.Name))),
        new(nameof(options.ValidationFraction), Text(options.ValidationFraction)),
    ];

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
