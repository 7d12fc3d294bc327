namespace Microsoft.ML.SentenceEmbedding;

/// <summary>How far a training has come.</summary>
/// <remarks>The first report of a process comes before its first step: loss, rates, norm, speed, and remaining time are 0 there, also where a training is resumed.</remarks>
/// <param name="Step">The number of steps done; 0 before the first.</param>
/// <param name="TotalSteps">The number of steps of the whole training.</param>
/// <param name="Epoch">The number of passes over the texts done, with a fraction.</param>
/// <param name="TrainingLoss">The mean squared error of the step's texts before the step.</param>
/// <param name="LearningRate">The step's learning rate.</param>
/// <param name="GradientNorm">The length of the step's gradient before it was cut.</param>
/// <param name="SentencesPerSecond">The texts trained on per second of training since this process began or resumed it; evaluations are not counted.</param>
/// <param name="Remaining">The time that the remaining steps take at that speed, without evaluations.</param>
/// <param name="Evaluation">The evaluation made after this step, or null for none.</param>
/// <param name="Log">All evaluations so far, with those from before the training was resumed.</param>
public sealed record DistillationProgress(
    int Step,
    int TotalSteps,
    double Epoch,
    double TrainingLoss,
    double LearningRate,
    double GradientNorm,
    double SentencesPerSecond,
    TimeSpan Remaining,
    DistillationEvaluation? Evaluation,
    IReadOnlyList<DistillationEvaluation> Log);
