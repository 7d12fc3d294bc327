namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>From the start of a process to its first vector.</summary>
internal sealed class LoadWorkload : Workload
{
    private readonly WorkloadSetting _setting;

    /// <summary>Starts each arm's process once, and checks the vector that it gives.</summary>
    public LoadWorkload(WorkloadSetting setting)
    {
        _setting = setting;
        Arms = [Create("plain export", ColdStart.Export), Create("SentenceEncoder", ColdStart.Encoder)];
    }

    public override string Name => "load";

    public override string Description => "cold start: a new process of .NET, the model, one text; the file cache is warm and both arms load our tokenizer";

    public override int Items => 1;

    public override IReadOnlyList<Arm> Arms { get; }

    public override bool IsLatency => true;

    public override string AgreementName => "cosine with Python";

    public override IReadOnlyList<string> FigureNames => ["MB resident", "MB resident at most"];

    public override void Dispose()
    {
    }

    private Arm Create(string name, string program)
    {
        var (_, vector) = ColdStart.Run(program, _setting);
        return new Arm(name, () => ColdStart.Run(program, _setting).Cost, _setting.Data.Reference.Check(name, [vector], Peer.ExactCosine));
    }
}
