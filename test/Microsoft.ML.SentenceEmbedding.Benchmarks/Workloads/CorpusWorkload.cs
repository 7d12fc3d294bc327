namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>A list of texts in, their vectors out.</summary>
internal sealed class CorpusWorkload : PeerWorkload
{
    private readonly string[] _texts;

    private CorpusWorkload(string name, string what, TokenizedText[] texts, WorkloadSetting setting)
        : base(setting)
    {
        _texts = [.. texts.Select(text => text.Text)];
        Name = name;
        Description = $"{texts.Length:n0} {what}, {texts.Average(text => text.Ids.Length):f0} tokens on average";
        var (data, threads) = (setting.Data, setting.Threads);
        Add(new PlainExportPeer("plain export, input order", data.ExportPath, threads, isSorted: false), _texts);
        Add(new PlainExportPeer("plain export, sorted by length", data.ExportPath, threads, isSorted: true), _texts);
        Add(new EncoderPeer("SentenceEncoder", SentenceModel.Default, threads), _texts);
        Add(new EncoderPeer("SentenceEncoder, int8", SentenceModel.Default.Quantize(), threads), _texts);
        Add(TransformersJsPeer.TryStart(data, threads), _texts);
    }

    public override string Name { get; }

    public override string Description { get; }

    public override int Items => _texts.Length;

    /// <summary>Makes the workload of short sentences.</summary>
    public static CorpusWorkload Captions(WorkloadSetting setting) => new("captions", "captions and other sentences", setting.Data.Sentences(setting.Scale(2_000)), setting);

    /// <summary>Makes the workload of three sentences to one abstract.</summary>
    public static CorpusWorkload Mixed(WorkloadSetting setting) => new("mixed", "texts, three sentences to one abstract", setting.Data.Mixed(setting.Scale(256)), setting);
}
