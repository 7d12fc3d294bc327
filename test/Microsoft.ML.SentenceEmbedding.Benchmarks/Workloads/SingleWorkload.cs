namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>One short text at a time, as a search box has it.</summary>
internal sealed class SingleWorkload : PeerWorkload
{
    private const int Tokens = 14;

    /// <summary>Prepares the text.</summary>
    public SingleWorkload(WorkloadSetting setting)
        : base(setting)
    {
        var (data, threads) = (setting.Data, setting.Threads);
        TokenizedText text = data.Sentences().First(text => text.Ids.Length == Tokens);
        RunsPerTurn = setting.Scale(50);
        Add(new PlainExportPeer("plain export", data.ExportPath, threads, isSorted: false), [text.Text]);
        var bare = new BareGraphPeer("our graph, bare session.Run of the ids", SentenceModel.Default, threads);
        Add(bare, () => bare.Score(text.Ids));
        var options = new SentenceEncoderOptions { IntraOpThreads = threads };
        Add(new EncoderPeer("SentenceEncoder", SentenceModel.Default, options), [text.Text]);
        Add(new EncoderPeer("SentenceEncoder, int8", SentenceModel.Default.Quantize(), options), [text.Text]);
        Add(TransformersJsPeer.TryStart(data, threads), [text.Text]);
    }

    public override string Name => "single";

    public override string Description => $"one text of {Tokens} tokens; the threads compute it together";

    public override int Items => 1;

    public override int Rounds => 20;

    // Several calls in a row: after another arm's turn the first ones find the caches as that left them, and its threads still spinning.
    public override int RunsPerTurn { get; }

    public override bool IsLatency => true;
}
