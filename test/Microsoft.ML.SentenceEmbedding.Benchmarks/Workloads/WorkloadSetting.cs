namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>What a workload is made with.</summary>
/// <param name="Data">Texts, models, and what Python says of them.</param>
/// <param name="Threads">How many threads compute.</param>
/// <param name="IsQuick">Whether a fiftieth of the work is enough: it shows that everything runs and agrees with Python; its times mean nothing.</param>
internal sealed record WorkloadSetting(BenchmarkData Data, int Threads, bool IsQuick)
{
    private const int QuickDivisor = 50;
    private const int SmallestQuick = 8;

    /// <summary>Gives how many of something are used.</summary>
    public int Scale(int count) => IsQuick ? Math.Min(count, Math.Max(SmallestQuick, count / QuickDivisor)) : count;

    /// <summary>Gives the smallest cosine of a peer's vectors with Python's.</summary>
    /// <exception cref="InvalidDataException">The vectors are not Python's.</exception>
    public double Check(Peer peer) => Data.Reference.Check(peer);
}
