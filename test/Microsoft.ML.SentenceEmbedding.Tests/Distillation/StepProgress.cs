namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Tells at once, on the training thread, what the trainer reports.</summary>
internal sealed class StepProgress(Action<DistillationProgress> receive) : IProgress<DistillationProgress>
{
    public void Report(DistillationProgress value) => receive(value);
}
