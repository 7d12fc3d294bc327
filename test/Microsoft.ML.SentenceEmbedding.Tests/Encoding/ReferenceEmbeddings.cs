using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>805 texts and Python's vectors for them with all-MiniLM-L6-v2, each text encoded alone.</summary>
internal static class ReferenceEmbeddings
{
    private static readonly Lazy<(string[] Texts, float[] Vectors)> Data = new(Read);

    public static string[] Texts => Data.Value.Texts;

    /// <summary>Gets [texts, 384] numbers.</summary>
    public static float[] Vectors => Data.Value.Vectors;

    public static ReadOnlySpan<float> Vector(int index) => Vectors.AsSpan(index * 384, 384);

    private static (string[] Texts, float[] Vectors) Read()
    {
        string directory = Path.Combine(AppContext.BaseDirectory, "Data", "embeddings");
        var texts = new List<string>();
        using (var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(directory, "texts.jsonl.gz")), CompressionMode.Decompress)))
        {
            while (reader.ReadLine() is string line)
            {
                texts.Add(JsonSerializer.Deserialize<string>(line)!);
            }
        }

        using var bytes = new MemoryStream();
        using (var stream = new GZipStream(File.OpenRead(Path.Combine(directory, "embeddings.f32.gz")), CompressionMode.Decompress))
        {
            stream.CopyTo(bytes);
        }

        return ([.. texts], MemoryMarshal.Cast<byte, float>(bytes.ToArray()).ToArray());
    }
}
