namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>A workload whose arms turn texts into vectors, each with a peer of its own that was checked before.</summary>
internal abstract class PeerWorkload(WorkloadSetting setting) : Workload
{
    private readonly List<Peer> _peers = [];
    private readonly List<Arm> _arms = [];

    public override string AgreementName => "smallest cosine with Python";

    public override IReadOnlyList<Arm> Arms => _arms;

    public override void Dispose() => _peers.ForEach(peer => peer.Dispose());

    /// <summary>Adds the arm of a peer that encodes texts, where the peer is there.</summary>
    protected void Add(Peer? peer, IReadOnlyList<string> texts)
    {
        if (peer is not null)
        {
            _peers.Add(peer);
            _arms.Add(new Arm(peer.Name, () => peer.Run(texts), setting.Check(peer)));
        }
    }

    /// <summary>Adds the arm of a peer that does only a part of encoding.</summary>
    protected void Add(Peer peer, Action work)
    {
        _peers.Add(peer);
        _arms.Add(new Arm(peer.Name, work, setting.Check(peer)));
    }
}
