namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Files that the pipeline's tests write, in one directory that goes when the tests are over.</summary>
internal static class TemporaryFiles
{
    private static readonly Lazy<string> Root = new(Create);

    /// <summary>Gives a path where nothing is yet.</summary>
    public static string CreatePath(string extension = "") => Path.Combine(Root.Value, Guid.NewGuid().ToString("N") + extension);

    /// <summary>Copies a directory.</summary>
    public static string Copy(string directory)
    {
        string copy = CreatePath();
        foreach (string file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            string path = Path.Combine(copy, Path.GetRelativePath(directory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(file, path);
        }

        return copy;
    }

    private static string Create()
    {
        string path = Directory.CreateTempSubdirectory("sentence-embedding-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Delete(path);
        return path;
    }

    private static void Delete(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (IOException)
        {
            // A loader still has a file open; the system's own cleaning takes it.
        }
    }
}
