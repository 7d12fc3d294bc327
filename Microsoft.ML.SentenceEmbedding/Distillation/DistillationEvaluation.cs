namespace Microsoft.ML.SentenceEmbedding;

/// <summary>One evaluation of a student while it is trained: a row of the training log.</summary>
/// <param name="Epoch">The number of passes over the texts done, with a fraction.</param>
/// <param name="Step">The number of steps done; 0 for the untrained student.</param>
/// <param name="TrainingLoss">The mean loss of the steps since the previous evaluation, or null before the first step.</param>
/// <param name="ValidationLoss">The mean squared error on the validation texts, or null where there are none.</param>
/// <param name="Metrics">The evaluators' metrics, in their order.</param>
public sealed record DistillationEvaluation(
    double Epoch,
    int Step,
    double? TrainingLoss,
    double? ValidationLoss,
    IReadOnlyList<SentenceMetrics> Metrics);
