using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML.SentenceEmbedding.Tests;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>Texts of all kinds with the vectors that Python gives for them.</summary>
internal sealed class ReferenceVectors
{
    // The texts that a peer is checked with are evenly spaced among those of the reference.
    private const int Checked = 100;

    private readonly string[] _texts;
    private readonly float[] _vectors;

    /// <summary>Reads the texts and the vectors of a folder.</summary>
    public ReferenceVectors(string directory)
    {
        string[] all = [.. CompressedText.Lines(Path.Combine(directory, "texts.jsonl.gz")).Select(line => JsonSerializer.Deserialize<string>(line)!)];
        var vectors = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(directory, "embeddings.f32")));
        int dimensions = vectors.Length / all.Length;

        int step = all.Length / Checked;
        _texts = [.. Enumerable.Range(0, Checked).Select(i => all[i * step])];
        _vectors = new float[Checked * dimensions];
        for (int i = 0; i < Checked; i++)
        {
            vectors.Slice(i * step * dimensions, dimensions).CopyTo(_vectors.AsSpan(i * dimensions));
        }
    }

    /// <summary>Gets the first text.</summary>
    public string FirstText => _texts[0];

    /// <summary>Encodes all texts and gives the smallest cosine with Python's vectors.</summary>
    /// <exception cref="InvalidDataException">It is smaller than the peer promises.</exception>
    public double Check(Peer peer) => Check(peer.Name, peer.Encode(_texts), peer.MinimumCosine);

    /// <summary>Gives the smallest cosine of the first texts' vectors with Python's.</summary>
    /// <exception cref="InvalidDataException">It is smaller than a minimum.</exception>
    public double Check(string name, float[][] vectors, double minimum)
    {
        int dimensions = vectors[0].Length;
        double smallest = vectors.Select((vector, i) => (double)TensorPrimitives.CosineSimilarity(vector, _vectors.AsSpan(i * dimensions, dimensions))).Min();
        return smallest >= minimum
            ? smallest
            : throw new InvalidDataException($"'{name}' has the cosine {smallest} with Python's vectors; at least {minimum} was expected.");
    }
}
