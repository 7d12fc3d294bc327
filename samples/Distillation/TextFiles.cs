using System.IO.Compression;

namespace Distillation;

/// <summary>Reads files with one text a line.</summary>
internal static class TextFiles
{
    /// <summary>Gives the different texts of the files, in order; empty lines are skipped. Files whose names end in .gz are decompressed.</summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">There is no text in any of them.</exception>
    public static IReadOnlyList<string> Read(IReadOnlyList<string> paths)
    {
        // Before the first is read: the last one's absence is no surprise after minutes.
        if (paths.FirstOrDefault(path => !File.Exists(path)) is { } missing)
        {
            throw new FileNotFoundException($"There is no file '{missing}'.", missing);
        }

        var texts = new OrderedDictionary<string, bool>(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            using Stream file = File.OpenRead(path);
            using Stream stream = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
            using var reader = new StreamReader(stream);
            while (reader.ReadLine() is { } line)
            {
                if (line.Trim() is { Length: > 0 } text)
                {
                    texts.TryAdd(text, true);
                }
            }
        }

        return texts.Count > 0 ? [.. texts.Keys] : throw new InvalidDataException($"There is no text in {string.Join(", ", paths)}.");
    }
}
