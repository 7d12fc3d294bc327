namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>One way of doing a workload's work.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Run">Does all of the work once and tells what it took.</param>
/// <param name="Agreement">How well its results agree with Python's, in the workload's own measure; null where there is nothing to compare.</param>
internal sealed record Arm(string Name, Func<Cost> Run, double? Agreement = null)
{
    /// <summary>Makes an arm whose work is timed in this process.</summary>
    public Arm(string name, Action work, double? agreement = null)
        : this(name, () => Cost.Of(work), agreement)
    {
    }
}
