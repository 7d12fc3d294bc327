namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Finds the file that a path with symbolic links leads to, without opening it.</summary>
/// <remarks>As the operating system does, and unlike <see cref="File.ResolveLinkTarget"/>: ".." behind a link is the parent of what the link leads to.</remarks>
internal static class LinkedPath
{
    // The limit of Linux.
    private const int MaximumLinks = 40;

    private static readonly char[] Separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];

    /// <summary>Gives the full path with every link replaced by its target, which need not exist.</summary>
    /// <exception cref="IOException">There are too many links; they may go around in a circle.</exception>
    public static string Resolve(string path)
    {
        string resolved = string.Empty;
        var rest = new Stack<string>();
        Follow(Path.GetFullPath(path));
        int links = 0;
        while (rest.TryPop(out string? name))
        {
            string next = name switch
            {
                "." => resolved,
                ".." => Path.GetDirectoryName(resolved) ?? resolved,
                _ => Path.Combine(resolved, name),
            };
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }

            links++;
            if (links > MaximumLinks)
            {
                throw new IOException($"there are more than {MaximumLinks} symbolic links on the way");
            }

            Follow(target);
        }

        return resolved;

        void Follow(string target)
        {
            string root = Path.GetPathRoot(target)!;
            resolved = root.Length > 0 ? root : resolved;
            foreach (string name in target[root.Length..].Split(Separators, StringSplitOptions.RemoveEmptyEntries).AsEnumerable().Reverse())
            {
                rest.Push(name);
            }
        }
    }
}
