using System.Diagnostics;
using Microsoft.ML.SentenceEmbedding;

namespace Distillation;

/// <summary>How fast models encode.</summary>
internal static class EncodingSpeed
{
    private const int Texts = 2_000;
    private const int Rounds = 4;

    /// <summary>Gives each model's texts per second: the best of some rounds, in which the models take turns so that they meet the same machine.</summary>
    public static double[] Measure(IReadOnlyList<SentenceModel> models, IReadOnlyList<string> texts)
    {
        string[] some = [.. texts.Take(Texts)];
        SentenceEncoder[] encoders = [.. models.Select(model => new SentenceEncoder(model))];
        double[] speeds = new double[models.Count];
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < encoders.Length; i++)
            {
                var time = Stopwatch.StartNew();
                encoders[i].Encode(some);
                speeds[i] = Math.Max(speeds[i], some.Length / time.Elapsed.TotalSeconds);
            }
        }

        foreach (var encoder in encoders)
        {
            encoder.Dispose();
        }

        return speeds;
    }
}
