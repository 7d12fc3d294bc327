namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>The large reference data that lies beside the repository where it is present, and in no clone.</summary>
internal static class SharedData
{
    /// <summary>Gets the directory's path, or null where it is absent.</summary>
    public static string? Directory { get; } = Find();

    /// <summary>Gives the path of a file or directory in the shared data; the calling test is skipped where the data is absent.</summary>
    public static string Require(string relativePath)
    {
        if (Directory is null)
        {
            Assert.Inconclusive($"Skipped: the shared reference data is not beside the repository (wanted: {relativePath}).");
        }

        return Path.Combine(Directory, relativePath);
    }

    private static string? Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Microsoft.ML.SentenceEmbedding.slnx")))
            {
                string path = Path.Combine(directory.Parent?.FullName ?? directory.FullName, "shared");
                return System.IO.Directory.Exists(Path.Combine(path, "reference")) ? path : null;
            }
        }

        return null;
    }
}
