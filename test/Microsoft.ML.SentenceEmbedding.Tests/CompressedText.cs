using System.IO.Compression;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Reads gzip files of text line by line.</summary>
internal static class CompressedText
{
    public static IEnumerable<string> Lines(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }
}
