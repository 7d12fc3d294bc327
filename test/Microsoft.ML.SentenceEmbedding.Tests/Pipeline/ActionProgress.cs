namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Calls a method at once, on the reporting thread.</summary>
internal sealed class ActionProgress(Action<DistillationProgress> action) : IProgress<DistillationProgress>
{
    public void Report(DistillationProgress value) => action(value);
}
