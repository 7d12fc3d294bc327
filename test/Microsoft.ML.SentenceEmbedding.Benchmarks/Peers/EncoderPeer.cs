namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>Our encoder with a model.</summary>
internal sealed class EncoderPeer(string name, SentenceModel model, int threads) : Peer(name)
{
    private readonly SentenceEncoder _encoder = new(model, new SentenceEncoderOptions { MaximumConcurrency = threads });

    public override float[][] Encode(IReadOnlyList<string> texts) => texts.Count == 1 ? [_encoder.Encode(texts[0])] : _encoder.Encode(texts);

    public override void Dispose() => _encoder.Dispose();
}
