using System.Diagnostics;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>What a run took.</summary>
/// <param name="Seconds">Its time.</param>
/// <param name="Figures">What else was measured; the workload names it.</param>
internal readonly record struct Cost(double Seconds, params double[] Figures)
{
    /// <summary>Times work in this process; the one figure is the number of bytes that it allocated.</summary>
    public static Cost Of(Action work)
    {
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        var time = Stopwatch.StartNew();
        work();
        double seconds = time.Elapsed.TotalSeconds;
        return new Cost(seconds, GC.GetTotalAllocatedBytes(precise: true) - allocated);
    }
}
