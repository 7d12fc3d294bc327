namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Paths that a hub names: beyond <see cref="ModelPath"/>, none may be a device of Windows.</summary>
internal static class HubPath
{
    private static readonly char[] Separators = ['/', '\\'];

    private static readonly HashSet<string> Devices = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
        "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9",
        "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
    };

    /// <summary>Says whether a path names a file below the directory on every operating system.</summary>
    public static bool IsPortable(string path) => ModelPath.IsInside(path) && !path.Split('/').Any(IsDevice);

    /// <summary>Throws unless <see cref="IsPortable"/>; the message names who asked for the path.</summary>
    public static void RequirePortable(string path, string origin)
    {
        ModelPath.Require(path, origin);
        if (!IsPortable(path))
        {
            throw new InvalidDataException($"{origin}: the path '{Excerpt.Of(path)}' has a name that is a device on Windows.");
        }
    }

    /// <summary>Says whether a path leads out of the directory; a git repository has none, though it may have others that are not portable.</summary>
    public static bool LeadsOutside(string path) => path.Length == 0 || path[0] is '/' or '\\' || (path.Length > 1 && path[1] == ':') || path.Split(Separators).Contains("..");

    // With any extension, and spaces before it.
    private static bool IsDevice(string name) => Devices.Contains(name.Split('.')[0].TrimEnd(' '));
}
