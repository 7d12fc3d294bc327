namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>The large reference data that lies beside the repository where it is present, and in no clone.</summary>
internal static class SharedData
{
    /// <summary>Gets the directory's path, or null where it is absent.</summary>
    public static string? Directory { get; } = SharedDataDirectory.Find();

    /// <summary>Gives the path of a file or directory in the shared data; the calling test is skipped where the data is absent.</summary>
    public static string Require(string relativePath)
    {
        if (Directory is null)
        {
            Assert.Inconclusive($"Skipped: the shared reference data is not beside the repository (wanted: {relativePath}).");
        }

        return Path.Combine(Directory, relativePath);
    }
}
