namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Where the large reference data lies: beside the repository where it is present, and in no clone.</summary>
internal static class SharedDataDirectory
{
    /// <summary>Gives the directory's path, or null where it is absent.</summary>
    public static string? Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Microsoft.ML.SentenceEmbedding.slnx")))
            {
                string path = Path.Combine(directory.Parent?.FullName ?? directory.FullName, "shared");
                return Directory.Exists(Path.Combine(path, "reference")) ? path : null;
            }
        }

        return null;
    }
}
