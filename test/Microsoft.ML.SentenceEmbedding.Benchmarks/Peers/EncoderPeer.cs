namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>Our encoder with a model.</summary>
internal sealed class EncoderPeer : Peer
{
    private readonly SentenceEncoder _encoder;

    /// <summary>Makes a peer that computes a batch on each of some threads.</summary>
    public EncoderPeer(string name, SentenceModel model, int threads)
        : this(name, model, new SentenceEncoderOptions { MaximumConcurrency = threads })
    {
    }

    /// <summary>Makes a peer.</summary>
    public EncoderPeer(string name, SentenceModel model, SentenceEncoderOptions options)
        : base(name)
    {
        MinimumCosine = MinimumCosineOf(model);
        _encoder = new SentenceEncoder(model, options);
    }

    public override float[][] Encode(IReadOnlyList<string> texts) => texts.Count == 1 ? [_encoder.Encode(texts[0])] : _encoder.Encode(texts);

    public override void Dispose() => _encoder.Dispose();
}
