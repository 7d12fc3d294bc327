namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Finds the file that a path with symbolic links leads to, without opening it.</summary>
/// <remarks>As the operating system does, and unlike <see cref="File.ResolveLinkTarget"/>, which takes ".." in a link for the parent by name even where that is a link itself.</remarks>
internal static class LinkedPath
{
    // The limit of Linux.
    private const int MaximumLinks = 40;

    /// <summary>Gives the full path with every link replaced by its target, which need not exist.</summary>
    /// <exception cref="IOException">The links go around in a circle.</exception>
    public static string Resolve(string path)
    {
        int links = 0;
        return Resolve(Path.GetFullPath(path), ref links);
    }

    private static string Resolve(string path, ref int links)
    {
        if (Path.GetDirectoryName(path) is not { } parent)
        {
            return path;
        }

        parent = Resolve(parent, ref links);
        path = Path.Combine(parent, Path.GetFileName(path));
        if (new FileInfo(path).LinkTarget is not { } target)
        {
            return path;
        }

        links++;
        return links <= MaximumLinks
            ? Resolve(Path.GetFullPath(target, parent), ref links)
            : throw new IOException($"{path} is one of more than {MaximumLinks} symbolic links.");
    }
}
