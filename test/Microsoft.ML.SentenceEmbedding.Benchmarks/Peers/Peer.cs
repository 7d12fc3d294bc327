namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>One implementation of turning texts into vectors.</summary>
internal abstract class Peer(string name) : IDisposable
{
    /// <summary>What vectors that were computed in float32 have in common with Python's.</summary>
    public const double ExactCosine = 0.9999;

    /// <summary>What vectors that were computed in 8-bit integers have in common with Python's.</summary>
    public const double Int8Cosine = 0.98;

    /// <summary>Gets what the tables call it.</summary>
    public string Name { get; } = name;

    /// <summary>Gets the smallest cosine with Python's vectors that it is compared with others at all.</summary>
    public double MinimumCosine { get; init; } = ExactCosine;

    /// <summary>Gives what a model's vectors have in common with Python's.</summary>
    public static double MinimumCosineOf(SentenceModel model) => model.Precision == ModelPrecision.Int8 ? Int8Cosine : ExactCosine;

    /// <summary>Gives each text's vector.</summary>
    public abstract float[][] Encode(IReadOnlyList<string> texts);

    /// <summary>Encodes texts and tells what that took.</summary>
    public virtual Cost Run(IReadOnlyList<string> texts) => Cost.Of(() => Encode(texts));

    public abstract void Dispose();
}
