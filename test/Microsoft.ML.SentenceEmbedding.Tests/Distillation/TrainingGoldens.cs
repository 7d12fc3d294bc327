using System.Runtime.InteropServices;
using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>A training that PyTorch did: batches, targets, and what came out.</summary>
internal sealed class TrainingGoldens : IDisposable
{
    private readonly JsonDocument _document;

    public TrainingGoldens(string name) => _document = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require($"reference/training/{name}.json")));

    public JsonElement Root => _document.RootElement;

    /// <summary>Gets the loss before each step.</summary>
    public double[] Loss => Numbers("loss");

    /// <summary>Gets the gradient's length before it was cut.</summary>
    public double[] GradientNorm => Numbers("gradient_norm");

    public double[] LearningRate => Numbers("learning_rate");

    /// <summary>Reads a tensor in base64.</summary>
    public static float[] Tensor(JsonElement tensor) => MemoryMarshal.Cast<byte, float>(tensor.GetProperty("data").GetBytesFromBase64()).ToArray();

    /// <summary>Gives the length of the difference of two vectors over that of the movement from where the first began.</summary>
    public static double RelativeDistance(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, ReadOnlySpan<float> start)
    {
        double difference = 0;
        double movement = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow(expected[i] - (double)actual[i], 2);
            movement += Math.Pow(expected[i] - (double)start[i], 2);
        }

        return Math.Sqrt(difference / movement);
    }

    /// <summary>Repeats the training and compares every step's loss, gradient and learning rate.</summary>
    public (double Loss, double Norm) Train(TrainingSession session, TrainingSet examples, DistillationOptions options)
    {
        double[] losses = Loss;
        double[] norms = GradientNorm;
        int batch = examples.Count / losses.Length;
        var optimizer = new StudentOptimizer(session.Layout, options);
        var schedule = new TrainingSchedule(options.Schedule, options.LearningRate, losses.Length, options.WarmupRatio);
        double worstLoss = 0;
        double worstNorm = 0;
        for (int step = 0; step < losses.Length; step++)
        {
            Assert.AreEqual(LearningRate[step], schedule.LearningRate(step), 1e-9);
            session.Gradient.Clear();
            int[] rows = [.. Enumerable.Range(step * batch, batch)];
            double loss = session.Accumulate(examples, rows, 1f / (batch * examples.Dimensions), default, threads: 2);
            double norm = optimizer.Step(session.Weights, session.Gradient, step + 1, schedule.LearningRate(step));
            worstLoss = Math.Max(worstLoss, Math.Abs(loss / losses[step] - 1));
            worstNorm = Math.Max(worstNorm, Math.Abs(norm / norms[step] - 1));
        }

        return (worstLoss, worstNorm);
    }

    public void Dispose() => _document.Dispose();

    private double[] Numbers(string name) => [.. Root.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];
}
