namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Writes a model's files to a directory on disk: all of them, or none.</summary>
/// <remarks>
/// The files are written and flushed to the disk beside their place first. A new directory then gets its name in one step. In a directory that is there
/// already each file takes its place in one step, and what was there comes back if one of them cannot.
/// </remarks>
internal sealed class ModelDirectoryWriter
{
    // What would be read, here or in Python, as a part of the model if it stayed, although the model has no such file.
    private static readonly string[] ModelFileNames =
    [
        "modules.json",
        "config_sentence_transformers.json",
        .. TransformerSettings.FileNames,
        "tokenizer.json",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "added_tokens.json",
        "vocab.txt",
        TensorCollection.FileName,
        TensorCollection.IndexFileName,
        OnnxReader.FileName,
        "pytorch_model.bin",
        "pytorch_model.bin.index.json",
    ];

    private readonly string _directory;
    private readonly string _staging;

    // What has changed in the directory, and where the file lies that was there before.
    private readonly Stack<(string Path, string? Backup)> _changes = [];

    private bool _keepsBackups;

    private ModelDirectoryWriter(string directory, string staging)
    {
        _directory = directory;
        _staging = staging;
    }

    /// <summary>Writes the files.</summary>
    /// <exception cref="IOException">The path is that of a file, or something cannot be written or replaced.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be written to.</exception>
    public static void Write(IReadOnlyCollection<ModelFile> files, string directory)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        if (File.Exists(path))
        {
            throw new IOException($"{path} is a file; a model is saved to a directory.");
        }

        // Inside a directory that is there: it may be a link to another disk, and a file takes its place in one step on its own disk only.
        bool exists = Directory.Exists(path);
        string name = $".saving-{Guid.NewGuid():N}";
        var writer = new ModelDirectoryWriter(path, exists ? Path.Combine(path, name) : path + name);
        try
        {
            writer.WriteNewFiles(files);
            if (exists)
            {
                writer.ReplaceFiles(files);
            }
            else
            {
                Directory.Move(writer.New(string.Empty), path);
            }
        }
        finally
        {
            if (!writer._keepsBackups)
            {
                Clean(writer._staging);
            }
        }
    }

    private static string Combine(string directory, string relativePath) => Path.Combine(directory, relativePath.Replace('/', Path.DirectorySeparatorChar));

    private static string FolderOf(string relativePath) => relativePath[..Math.Max(relativePath.LastIndexOf('/'), 0)];

    private string New(string relativePath) => Combine(Path.Combine(_staging, "new"), relativePath);

    private string Old(string relativePath) => Combine(Path.Combine(_staging, "old"), relativePath);

    private void WriteNewFiles(IReadOnlyCollection<ModelFile> files)
    {
        foreach (ModelFile file in files)
        {
            string path = New(file.RelativePath);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            file.CopyTo(stream);
            stream.Flush(flushToDisk: true);
        }
    }

    private void ReplaceFiles(IReadOnlyCollection<ModelFile> files)
    {
        string[] paths = [.. files.Select(file => file.RelativePath)];
        string[] folders = [.. paths.Select(FolderOf).Append(string.Empty).Distinct()];

        // An ONNX file may lie in two places, and the one of an older model might be read before the new one.
        IEnumerable<string> others = folders.SelectMany(folder => ModelFileNames.Select(name => ModelPath.Combine(folder, name)))
            .Concat(paths.Where(path => Path.GetFileName(path) == OnnxReader.FileName).Select(path => ModelPath.Combine(FolderOf(path), OnnxReader.PreferredPath)))
            .Except(paths);
        string current = _directory;
        try
        {
            foreach (string relativePath in paths)
            {
                current = Combine(_directory, relativePath);
                Replace(current, relativePath);
            }

            foreach (string relativePath in others)
            {
                current = Combine(_directory, relativePath);
                Remove(current, relativePath);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Undo();
            string state = _keepsBackups ? $"the files that were there before lie in {Old(string.Empty)}" : "the directory is as it was";
            string reason = OperatingSystem.IsWindows() ? " Files that a model in use was loaded from cannot be replaced on Windows; save to another directory." : string.Empty;
            throw new IOException($"{current} cannot be replaced; {state}. {exception.Message}{reason}", exception);
        }
    }

    private void Replace(string path, string relativePath)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (File.Exists(path))
        {
            File.Replace(New(relativePath), path, BackUp(path, relativePath));
        }
        else
        {
            File.Move(New(relativePath), path);
            _changes.Push((path, null));
        }
    }

    private void Remove(string path, string relativePath)
    {
        if (File.Exists(path))
        {
            File.Move(path, BackUp(path, relativePath));
        }
    }

    private string BackUp(string path, string relativePath)
    {
        string backup = Old(relativePath);
        Directory.CreateDirectory(Path.GetDirectoryName(backup)!);

        // Before it happens: a replacement that fails half-way may have moved the old file already.
        _changes.Push((path, backup));
        return backup;
    }

    private void Undo()
    {
        while (_changes.TryPop(out (string Path, string? Backup) change))
        {
            try
            {
                if (change.Backup is null)
                {
                    File.Delete(change.Path);
                }
                else if (File.Exists(change.Backup))
                {
                    File.Move(change.Backup, change.Path, overwrite: true);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                _keepsBackups = true;
            }
        }
    }

    private static void Clean(string staging)
    {
        try
        {
            Directory.Delete(staging, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It was never made, or the system keeps a replaced file as long as somebody reads it: neither makes the model wrong.
        }
    }
}
