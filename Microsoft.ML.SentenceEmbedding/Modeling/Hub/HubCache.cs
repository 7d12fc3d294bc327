namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A repository's part of the cache, laid out as Python's huggingface_hub does, so that both share it.</summary>
/// <remarks>
/// <para>
/// hub/models--organization--name has blobs/ETAG, the files' bytes; snapshots/COMMIT/PATH, links to them, or the bytes themselves where links are not
/// possible; refs/REVISION, which holds a commit; .no_exist/COMMIT/PATH, empty, for files that were looked for and that the commit does not have.
/// hub/.locks/models--organization--name/ETAG.lock is held while a blob is written.
/// </para>
/// <para>Whatever has one of these names is whole: it is written under another name and then moved.</para>
/// </remarks>
internal sealed class HubCache(HubSettings settings, HubRepository repository)
{
    // A commit's id; more is nothing that was written here.
    private const int MaximumReferenceLength = 100;

    private const int CopiesAtOnce = 1 << 20;

    private readonly string _directory = Path.Combine(settings.CacheDirectory, repository.FolderName);
    private readonly string _locks = Path.Combine(settings.CacheDirectory, ".locks", repository.FolderName);

    /// <summary>Gives the directory of a commit's files.</summary>
    public string SnapshotDirectory(string commit) => Path.Combine(_directory, "snapshots", commit);

    /// <summary>Gives the path of a commit's file, whether it is there or not.</summary>
    public string SnapshotPath(string commit, string path) => Combine(SnapshotDirectory(commit), path);

    /// <summary>Gives the path of a file's bytes, whether they are there or not.</summary>
    public string BlobPath(string etag) => Path.Combine(_directory, "blobs", etag);

    /// <summary>Gives the commit that a branch or tag was when it was last downloaded, or null.</summary>
    public string? ReadReference(string revision)
    {
        var reference = new FileInfo(ReferencePath(revision));
        if (!reference.Exists || reference.Length > MaximumReferenceLength)
        {
            return null;
        }

        string commit = File.ReadAllText(reference.FullName).Trim();
        return HubRepository.IsCommitId(commit) ? commit : null;
    }

    /// <summary>Remembers which commit a branch or tag is.</summary>
    public void WriteReference(string revision, string commit)
    {
        if (revision != commit && ReadReference(revision) != commit)
        {
            WriteIfPossible(ReferencePath(revision), commit);
        }
    }

    /// <summary>Says whether a commit has a file: true where it is in the cache, false where it is known that the commit has none, else null.</summary>
    public bool? Contains(string commit, string path) =>
        FindFile(SnapshotPath(commit, path)) is not null ? true : FindFile(AbsencePath(commit, path)) is not null ? false : null;

    /// <summary>Remembers that a commit has no such file.</summary>
    public void WriteAbsence(string commit, string path)
    {
        if (Contains(commit, path) is null)
        {
            WriteIfPossible(AbsencePath(commit, path), string.Empty);
        }
    }

    /// <summary>Says whether a commit's file is there with all its bytes.</summary>
    public bool IsComplete(string commit, HubFile file) => HasLength(SnapshotPath(commit, file.Path), file.Size);

    /// <summary>Says whether a file's bytes are there, from this commit or another.</summary>
    public bool HasBlob(HubFile file) => HasLength(BlobPath(file.Etag), file.Size);

    /// <summary>Waits until nobody else, here or in another process, writes a blob.</summary>
    public Task<IDisposable> LockAsync(string etag, CancellationToken cancellationToken) =>
        HubLock.AcquireAsync(Path.Combine(_locks, etag + ".lock"), cancellationToken);

    /// <summary>Makes a blob a commit's file; where links are not possible a blob that nobody else has yet is moved, another copied.</summary>
    public void AddToSnapshot(string commit, HubFile file, bool isNewBlob)
    {
        if (IsComplete(commit, file))
        {
            return;
        }

        string path = SnapshotPath(commit, file.Path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        // A link whose blob was deleted, or a copy that somebody cut off.
        File.Delete(path);
        if (settings.AllowsSymbolicLinks && TryLink(path, file))
        {
            return;
        }

        if (isNewBlob)
        {
            File.Move(BlobPath(file.Etag), path);
        }
        else
        {
            Copy(BlobPath(file.Etag), path);
        }
    }

    private static string Combine(string directory, string path) => Path.Combine(directory, path.Replace('/', Path.DirectorySeparatorChar));

    // A link alone exists, too, when what it leads to was deleted.
    private static FileInfo? FindFile(string path) => new FileInfo(LinkedPath.Resolve(path)) is { Exists: true } file ? file : null;

    private static bool HasLength(string path, long length) => FindFile(path)?.Length == length;

    // Windows needs a right for links that few accounts have.
    private static bool TryLink(string path, HubFile file)
    {
        string target = string.Concat(Enumerable.Repeat("../", 2 + file.Path.Count(character => character == '/'))) + "blobs/" + file.Etag;
        try
        {
            File.CreateSymbolicLink(path, target.Replace('/', Path.DirectorySeparatorChar));
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another process may have been faster.
            return HasLength(path, file.Size);
        }
    }

    private static void Copy(string source, string path)
    {
        string temporary = TemporaryName(path);
        using (FileStream from = File.OpenRead(source))
        using (var to = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            from.CopyTo(to, CopiesAtOnce);
            to.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    // A cache that may only be read is of use too, and without these notes the hub is asked again.
    private static void WriteIfPossible(string path, string text)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            string temporary = TemporaryName(path);
            File.WriteAllText(temporary, text);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static string TemporaryName(string path) => $"{path}.{Guid.NewGuid():N}.tmp";

    private string ReferencePath(string revision) => Combine(Path.Combine(_directory, "refs"), revision);

    private string AbsencePath(string commit, string path) => Combine(Path.Combine(_directory, ".no_exist", commit), path);
}
