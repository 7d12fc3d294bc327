namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A model directory on disk. Symbolic links are followed: hub caches consist of them.</summary>
internal sealed class DiskModelDirectory : ModelDirectory
{
    private readonly string _path;

    /// <summary>Makes a directory of an existing path.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    public DiskModelDirectory(string path)
        : base(LastName(path))
    {
        if (!Directory.Exists(path))
        {
            throw new DirectoryNotFoundException($"There is no model directory '{path}'. A model is a directory with modules.json, config.json, tokenizer.json and model.safetensors.");
        }

        _path = Path.GetFullPath(path);
    }

    /// <inheritdoc/>
    protected override bool Exists(string relativePath)
    {
        // A model that may lack the file would silently be taken for another one.
        string path = FullPath(relativePath);
        return !Directory.Exists(path) ? File.Exists(path) : throw new InvalidDataException($"{path} is a directory; a file is expected.");
    }

    /// <inheritdoc/>
    protected override ModelFile? Read(string relativePath) =>
        Exists(relativePath) ? ModelFile.OnDisk(FullPath(relativePath), relativePath) : null;

    private static string LastName(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string name = Path.GetFileName(full);
        return name.Length == 0 ? full : name;
    }

    private string FullPath(string relativePath) => Path.Combine(_path, relativePath.Replace('/', Path.DirectorySeparatorChar));
}
