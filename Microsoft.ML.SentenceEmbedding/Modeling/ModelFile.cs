using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>One file's bytes, wherever it lies: mapped from disk, in a resource of this assembly, or in memory.</summary>
/// <remarks>Immutable and thread-safe. A mapping is released by finalization, so nobody has to dispose a model.</remarks>
internal sealed unsafe class ModelFile
{
    // Below this a copy is cheaper than a mapping; configuration files are all below it.
    private const int SmallestMapping = 1 << 20;

    // JSON files and vocabularies; the largest that are known (tokenizer.json of large vocabularies) have 40 MB.
    private const int MaximumLengthInMemory = 256 << 20;

    // Far above the largest configuration file, the index of a model in hundreds of files; a value read takes several times its length in memory.
    private const int MaximumConfigurationLength = 32 << 20;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly byte* _start;

    // Keeps the memory at _start valid.
    private readonly object? _owner;

    /// <summary>Makes a file of bytes in memory.</summary>
    public ModelFile(string name, string relativePath, ReadOnlyMemory<byte> bytes)
    {
        Name = name;
        RelativePath = relativePath;
        Length = bytes.Length;
        _bytes = bytes;
    }

    /// <summary>Makes a file of native memory that stays valid as long as its owner is reachable.</summary>
    public ModelFile(string name, string relativePath, byte* start, long length, object owner)
    {
        Name = name;
        RelativePath = relativePath;
        Length = length;
        _start = start;
        _owner = owner;
    }

    /// <summary>Gets the file's name for messages: the directory's name and the relative path.</summary>
    public string Name { get; }

    /// <summary>Gets the path inside the model directory, with '/' between names.</summary>
    public string RelativePath { get; }

    /// <summary>Gets the number of bytes.</summary>
    public long Length { get; }

    /// <summary>Gets where the bytes lie on disk, so that others can map them too; null where they do not, or are few.</summary>
    public FilePlace? Place { get; init; }

    /// <summary>Opens a file on disk; large ones are mapped.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is something else than a file of bytes, or the operating system cannot read it.</exception>
    public static ModelFile OnDisk(string path, string relativePath)
    {
        try
        {
            // Pipes, sockets and devices have length 0 and are not opened: that might wait forever.
            FilePlace place = FilePlace.Of(path);
            return place.Length == 0 ? new ModelFile(path, relativePath, default) : ReadOrMap(path, relativePath, place);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            throw new InvalidDataException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Gives a part of the file without copying it. The memory keeps the file open as long as it is reachable.</summary>
    public ReadOnlyMemory<byte> Slice(long offset, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Length - offset);
        return _owner is null ? _bytes.Slice((int)offset, count) : new NativeMemory(_start + offset, count, _owner).Memory;
    }

    /// <summary>Gives all bytes of a configuration or vocabulary file.</summary>
    public ReadOnlyMemory<byte> ReadAll()
    {
        if (Length > MaximumLengthInMemory)
        {
            throw new InvalidDataException($"{Name} has {Length} bytes; at most {MaximumLengthInMemory} are read.");
        }

        return Slice(0, (int)Length);
    }

    /// <summary>Reads a configuration file.</summary>
    /// <exception cref="InvalidDataException">The file is too long, or no JSON.</exception>
    public JsonItem ReadJson() => Length <= MaximumConfigurationLength
        ? JsonItem.Parse(ReadAll(), Name)
        : throw new InvalidDataException($"{Name} has {Length} bytes; a configuration file has at most {MaximumConfigurationLength}.");

    /// <summary>Writes all bytes to a stream.</summary>
    public void CopyTo(Stream destination)
    {
        const int BlockLength = 1 << 24;
        for (long offset = 0; offset < Length; offset += BlockLength)
        {
            destination.Write(Slice(offset, (int)Math.Min(BlockLength, Length - offset)).Span);
        }
    }

    /// <summary>Gives a mapped file free at once, where its owner is the only one who has read it; nothing that was sliced from it may be used any more.</summary>
    public void Close() => (_owner as IDisposable)?.Dispose();

    private static ModelFile ReadOrMap(string path, string relativePath, FilePlace place)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        if (stream.Length < SmallestMapping)
        {
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return new ModelFile(path, relativePath, bytes);
        }

        using var mapping = MemoryMappedFile.CreateFromFile(stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);

        // The view's handle is what unmaps; it has a finalizer, and nothing else of the view needs disposal.
        SafeMemoryMappedViewHandle view = mapping.CreateViewAccessor(0, stream.Length, MemoryMappedFileAccess.Read).SafeMemoryMappedViewHandle;
        return new ModelFile(path, relativePath, (byte*)view.DangerousGetHandle(), stream.Length, view) { Place = place };
    }
}
