namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A sentence-transformers directory, wherever it lies: on disk, in this assembly, or in memory.</summary>
internal abstract class ModelDirectory
{
    private readonly Dictionary<string, ModelFile> _opened = new(StringComparer.Ordinal);

    /// <summary>Makes a directory with a model's name.</summary>
    protected ModelDirectory(string name) => Name = name;

    /// <summary>Gets the model's name: the last part of the directory's path.</summary>
    public string Name { get; }

    /// <summary>Gets where the model comes from, or null where that is not known.</summary>
    public virtual ModelOrigin? Origin => null;

    /// <summary>Gets the files that were read so far, ordered by path: saving them saves the model.</summary>
    public virtual IReadOnlyCollection<ModelFile> Opened
    {
        get
        {
            lock (_opened)
            {
                return [.. _opened.Values.OrderBy(file => file.RelativePath, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Says whether a file is there.</summary>
    /// <exception cref="InvalidDataException">The path leaves the directory.</exception>
    public bool Contains(string relativePath)
    {
        ModelPath.Require(relativePath, Name);
        return Exists(relativePath);
    }

    /// <summary>Opens a file; the same path gives the same object.</summary>
    /// <exception cref="InvalidDataException">The path leaves the directory, or is that of a directory.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public ModelFile Open(string relativePath)
    {
        ModelPath.Require(relativePath, Name);
        lock (_opened)
        {
            if (!_opened.TryGetValue(relativePath, out ModelFile? file))
            {
                file = Read(relativePath) ?? throw new FileNotFoundException($"The model {Name} has no file '{Excerpt.Of(relativePath)}'.", relativePath);
                _opened.Add(relativePath, file);
            }

            return file;
        }
    }

    /// <summary>Says whether a file is there; the path was checked.</summary>
    protected abstract bool Exists(string relativePath);

    /// <summary>Reads or maps a file, or gives null where there is none; the path was checked.</summary>
    protected abstract ModelFile? Read(string relativePath);
}
