namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>From the start of a process to its first vector.</summary>
internal sealed class LoadWorkload : Workload
{
    private readonly WorkloadSetting _setting;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("benchmark-model-");

    /// <summary>Starts each arm's process once, and checks the vector that it gives.</summary>
    public LoadWorkload(WorkloadSetting setting)
    {
        _setting = setting;
        SentenceModel.Default.Quantize().Save(_directory.FullName);
        Arms =
        [
            Create("plain export", ColdStart.Export, setting.Data.ExportPath, Peer.ExactCosine),
            Create("SentenceEncoder", ColdStart.Encoder, path: "", Peer.ExactCosine),
            Create("SentenceEncoder, int8 from a directory", ColdStart.Directory, _directory.FullName, Peer.Int8Cosine),
        ];
    }

    public override string Name => "load";

    public override string Description => "cold start: a new process of .NET, the model, one text; the file cache is warm and all arms load our tokenizer";

    public override int Items => 1;

    public override IReadOnlyList<Arm> Arms { get; }

    public override bool IsLatency => true;

    public override string AgreementName => "cosine with Python";

    public override IReadOnlyList<string> FigureNames => ["MB resident", "MB resident at most"];

    public override void Dispose() => _directory.Delete(recursive: true);

    private Arm Create(string name, string program, string path, double minimumCosine)
    {
        var (_, vector) = ColdStart.Run(program, _setting, path);
        return new Arm(name, () => ColdStart.Run(program, _setting, path).Cost, _setting.Data.Reference.Check(name, [vector], minimumCosine));
    }
}
