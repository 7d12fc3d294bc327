namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>IDataView in, vectors out, in one pass.</summary>
internal sealed class PipelineWorkload : PeerWorkload
{
    private readonly string[] _texts;

    /// <summary>Prepares the rows.</summary>
    public PipelineWorkload(WorkloadSetting setting)
        : base(setting)
    {
        var (data, threads) = (setting.Data, setting.Threads);
        TokenizedText[] texts = data.Sentences(setting.Scale(10_000));
        _texts = [.. texts.Select(text => text.Text)];
        Description = $"{_texts.Length:n0} rows of an IDataView, {texts.Average(text => text.Ids.Length):f0} tokens on average; the plain export has the texts in a list";
        Add(new PlainExportPeer("plain export, input order", data.ExportPath, threads, isSorted: false), _texts);
        Add(PipelinePeer.ApplyOnnxModel("ApplyOnnxModel, row by row", data.ExportPath, threads), _texts);
        Add(new EncoderPeer("SentenceEncoder, texts in a list", SentenceModel.Default, threads), _texts);
        Add(PipelinePeer.SentenceEmbedding("SentenceEmbedding", SentenceModel.Default, threads), _texts);
        Add(PipelinePeer.SentenceEmbedding("SentenceEmbedding, int8", SentenceModel.Default.Quantize(), threads), _texts);
    }

    public override string Name => "pipeline";

    public override string Description { get; }

    public override int Items => _texts.Length;

    // A run takes long enough to be steady.
    public override int Rounds => 3;
}
