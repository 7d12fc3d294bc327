namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What a training gave.</summary>
/// <param name="Student">The trained student, float32.</param>
/// <param name="Log">The evaluations, the first before the first step.</param>
/// <param name="Texts">The number of texts that were trained on.</param>
/// <param name="ValidationTexts">The number of texts that were held back.</param>
/// <param name="TotalSteps">The number of steps planned.</param>
/// <param name="Steps">The number of steps done.</param>
/// <param name="BestStep">The step whose state the student is.</param>
/// <param name="TrainingTime">The time spent on steps, of this process and of those it went on from, without evaluations.</param>
/// <param name="Canceled">Whether the training was ended before its last step.</param>
internal sealed record DistillationResult(
    SentenceModel Student,
    IReadOnlyList<DistillationEvaluation> Log,
    int Texts,
    int ValidationTexts,
    int TotalSteps,
    int Steps,
    int BestStep,
    TimeSpan TrainingTime,
    bool Canceled);
