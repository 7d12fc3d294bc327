namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What a native session is made with; encoders of one model whose settings are equal share a session.</summary>
/// <param name="IntraOpThreads">The number of threads that compute one run together.</param>
internal sealed record ExecutionSettings(int IntraOpThreads)
{
    /// <summary>Gives the part of an encoder's options that a session depends on.</summary>
    public static ExecutionSettings Create(SentenceEncoderOptions options) => new(options.IntraOpThreads);
}
