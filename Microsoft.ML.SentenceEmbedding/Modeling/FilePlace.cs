namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A place in a file on disk, and what the file looked like when it was read.</summary>
/// <param name="Path">The file's full path, without links.</param>
/// <param name="Offset">The index of the first byte.</param>
/// <param name="Length">The number of the file's bytes.</param>
/// <param name="LastWrite">When the file was last written.</param>
internal readonly record struct FilePlace(string Path, long Offset, long Length, DateTime LastWrite)
{
    /// <summary>Gives the beginning of a file as it is now.</summary>
    public static FilePlace Of(string path)
    {
        string target = LinkedPath.Resolve(path);
        var file = new FileInfo(target);
        return new FilePlace(target, 0, file.Length, file.LastWriteTimeUtc);
    }

    /// <summary>Tells whether the file is still the one that was read: saving a model puts another one in its place.</summary>
    public bool IsUnchanged()
    {
        var file = new FileInfo(Path);
        return file.Exists && file.Length == Length && file.LastWriteTimeUtc == LastWrite;
    }
}
