namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>Some work, and the ways to do it that are compared.</summary>
internal abstract class Workload : IDisposable
{
    /// <summary>Gets the name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>Gets what is done, in a line.</summary>
    public abstract string Description { get; }

    /// <summary>Gets the number of items of one run, such as texts.</summary>
    public abstract int Items { get; }

    /// <summary>Gets the ways to do it; the first is what the others are compared with.</summary>
    public abstract IReadOnlyList<Arm> Arms { get; }

    public abstract void Dispose();
}
