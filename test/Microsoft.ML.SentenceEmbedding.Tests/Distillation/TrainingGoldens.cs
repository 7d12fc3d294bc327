using System.Runtime.InteropServices;
using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>A training that PyTorch did: batches, targets, and what came out.</summary>
internal sealed class TrainingGoldens(string path) : IDisposable
{
    private readonly JsonDocument _document = JsonDocument.Parse(File.ReadAllBytes(path));

    public JsonElement Root => _document.RootElement;

    public double[] Loss => Numbers("loss");

    public double[] GradientNorm => Numbers("gradient_norm");

    public double[] LearningRate => Numbers("learning_rate");

    /// <summary>Reads a tensor of base64.</summary>
    public static float[] Tensor(JsonElement tensor) => MemoryMarshal.Cast<byte, float>(tensor.GetProperty("data").GetBytesFromBase64()).ToArray();

    public void Dispose() => _document.Dispose();

    private double[] Numbers(string name) => [.. Root.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];
}
