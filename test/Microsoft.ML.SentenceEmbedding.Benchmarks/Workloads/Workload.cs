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

    /// <summary>Gets how often each arm has its turn.</summary>
    public virtual int Rounds => 5;

    /// <summary>Gets how many runs an arm does in its turn, each timed on its own.</summary>
    public virtual int RunsPerTurn => 1;

    /// <summary>Gets a value indicating whether the time of a run is what matters, rather than the items in a second.</summary>
    public virtual bool IsLatency => false;

    /// <summary>Gets a value indicating whether all arms do the same work, so that a chart may set them side by side.</summary>
    public virtual bool IsCharted => true;

    /// <summary>Gets what <see cref="Arm.Agreement"/> is; null where the arms have none.</summary>
    public virtual string? AgreementName => null;

    /// <summary>Gets what <see cref="Cost.Figures"/> are, for one item.</summary>
    public virtual IReadOnlyList<string> FigureNames => ["bytes allocated"];

    public abstract void Dispose();
}
