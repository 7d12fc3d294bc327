using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The teacher's vectors of texts, row by row in a file, so that they are computed once and are still there after a restart.</summary>
/// <remarks>
/// <para>
/// A header (magic, version, dimensions) is followed by rows of equal length: a hash of the text, the vector in float32, and a checksum of both and of the row's
/// place. A process that is ended at any moment leaves a torn last row at most, and a machine that loses power may leave gaps between rows that were
/// written: the rows before the first one whose checksum is wrong count, and the rest is cut off when the file is opened. Numbers are in the machine's byte order.
/// </para>
/// <para>
/// One thread appends; any number of threads may read rows that were appended before. Rows are read by position and not mapped: that costs a few
/// millionths of a second a row, and a file that someone cuts off is then an exception and not the end of the process. The file is locked while it is open.
/// </para>
/// </remarks>
internal sealed class TeacherVectorFile : IDisposable
{
    private const int Version = 1;
    private const int HeaderLength = 16;
    private const int ReadingLength = 1 << 20;

    private readonly SafeFileHandle _handle;
    private readonly List<ulong> _textHashes = [];
    private readonly byte[] _row;

    private TeacherVectorFile(string path, SafeFileHandle handle, int dimensions)
    {
        Path = path;
        Dimensions = dimensions;
        _handle = handle;
        _row = new byte[sizeof(ulong) + (dimensions * sizeof(float)) + sizeof(ulong)];
    }

    /// <summary>Gets the file's full path.</summary>
    public string Path { get; }

    /// <summary>Gets the length of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>Gets the number of rows.</summary>
    public int Count => _textHashes.Count;

    /// <summary>Gets the number of bytes behind the last good row that were cut off when the file was opened.</summary>
    public long DamagedBytes { get; private set; }

    private static ReadOnlySpan<byte> Magic => "SENTVECS"u8;

    /// <summary>Opens a file, or makes an empty one and its directory.</summary>
    /// <exception cref="InvalidDataException">The file is of something else, or of vectors of other dimensions; it is left as it is.</exception>
    /// <exception cref="IOException">The file cannot be read or written, or is in use.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its directory may not be written.</exception>
    public static TeacherVectorFile Open(string path, int dimensions) => Open(path, dimensions, FileOptions.RandomAccess);

    /// <summary>Makes an empty file with a new name in a directory; it is deleted when it is disposed.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be written.</exception>
    public static TeacherVectorFile CreateTemporary(string directory, int dimensions) =>
        Open(System.IO.Path.Combine(directory, $"teacher-vectors-{Guid.NewGuid():N}.bin"), dimensions, FileOptions.RandomAccess | FileOptions.DeleteOnClose);

    /// <summary>Gives what a text is known by.</summary>
    public static ulong HashText(ReadOnlySpan<char> text) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text));

    /// <summary>Gives the hash of a row's text.</summary>
    public ulong GetTextHash(int row) => _textHashes[row];

    /// <summary>Copies a row's vector to the start of a span.</summary>
    /// <exception cref="InvalidDataException">The file was cut off by someone else.</exception>
    public void CopyTo(int row, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
        Span<byte> bytes = MemoryMarshal.AsBytes(destination[..Dimensions]);
        if (ReadAtMost(bytes, GetOffset(row) + sizeof(ulong)) < bytes.Length)
        {
            throw new InvalidDataException($"{Path} was cut off while it was in use: row {row} of {Count} is missing.");
        }
    }

    /// <summary>Appends a row. It is with the operating system when the call returns, and stays whatever happens to the process.</summary>
    /// <exception cref="IOException">The file cannot be written, as on a full disk; the rows before stay.</exception>
    public void Append(ulong textHash, ReadOnlySpan<float> vector)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(vector.Length, Dimensions);
        MemoryMarshal.Write(_row, textHash);
        MemoryMarshal.AsBytes(vector).CopyTo(_row.AsSpan(sizeof(ulong)));
        MemoryMarshal.Write(_row.AsSpan(_row.Length - sizeof(ulong)), GetChecksum(_row, Count));
        Write(_row, GetOffset(Count));
        _textHashes.Add(textHash);
    }

    /// <summary>Forgets the rows from one on.</summary>
    public void Truncate(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Count, nameof(count));
        RandomAccess.SetLength(_handle, GetOffset(count));
        _textHashes.RemoveRange(count, Count - count);
    }

    /// <summary>Waits until everything appended is on the disk.</summary>
    public void Flush() => RandomAccess.FlushToDisk(_handle);

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle.Dispose();

    private static TeacherVectorFile Open(string path, int dimensions, FileOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        path = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path) ?? path);
        var file = new TeacherVectorFile(path, File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, options), dimensions);
        try
        {
            file.ReadHeader();
            file.ReadRows();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // Seeded with the row's place: a block of the disk that holds another part of the file does not pass.
    private static ulong GetChecksum(ReadOnlySpan<byte> row, int index) => XxHash3.HashToUInt64(row[..^sizeof(ulong)], index + 1);

    private long GetOffset(int row) => HeaderLength + ((long)row * _row.Length);

    private void ReadHeader()
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        header.Clear();
        int length = ReadAtMost(header, 0);
        bool isUnfinished = RandomAccess.GetLength(_handle) <= HeaderLength
            && (!header.ContainsAnyExcept((byte)0) || header.StartsWith(Magic[..Math.Min(length, Magic.Length)]));
        if (isUnfinished)
        {
            WriteHeader(header);
        }
        else if (!header.StartsWith(Magic) || MemoryMarshal.Read<int>(header[8..]) != Version)
        {
            throw new InvalidDataException($"{Path} is not a file of teacher vectors of this version; name another file, or delete it if nobody needs it.");
        }
        else if (MemoryMarshal.Read<int>(header[12..]) != Dimensions)
        {
            throw new InvalidDataException(
                $"{Path} has vectors of {MemoryMarshal.Read<int>(header[12..])} dimensions, and {Dimensions} are wanted: it was made with another teacher. Delete it, or name another file.");
        }
    }

    /// <summary>Writes the header of a file that is new, or whose making was interrupted.</summary>
    private void WriteHeader(Span<byte> header)
    {
        Magic.CopyTo(header);
        MemoryMarshal.Write(header[8..], Version);
        MemoryMarshal.Write(header[12..], Dimensions);
        Write(header, 0);

        // Rows never come to the disk before the header.
        Flush();
    }

    private void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(_handle, bytes, offset);
        }
        catch (Exception e) when (e is IOException or ArgumentOutOfRangeException)
        {
            // .NET calls a length that the file system does not allow an argument.
            throw new IOException($"The teacher's vectors cannot be written to {Path}: {e.Message} The {Count} rows that are there stay.", e);
        }
    }

    private void ReadRows()
    {
        byte[] block = new byte[Math.Max(1, ReadingLength / _row.Length) * _row.Length];
        bool isGood = true;
        while (isGood)
        {
            int length = ReadAtMost(block, GetOffset(Count));
            isGood = length == block.Length;
            for (int start = 0; start + _row.Length <= length; start += _row.Length)
            {
                ReadOnlySpan<byte> row = block.AsSpan(start, _row.Length);
                if (MemoryMarshal.Read<ulong>(row[^sizeof(ulong)..]) != GetChecksum(row, Count))
                {
                    isGood = false;
                    break;
                }

                _textHashes.Add(MemoryMarshal.Read<ulong>(row));
            }
        }

        DamagedBytes = RandomAccess.GetLength(_handle) - GetOffset(Count);
        if (DamagedBytes > 0)
        {
            RandomAccess.SetLength(_handle, GetOffset(Count));
        }
    }

    /// <summary>Fills a span as far as the file goes.</summary>
    private int ReadAtMost(Span<byte> destination, long offset)
    {
        int total = 0;
        for (int read = -1; read != 0 && total < destination.Length; total += read)
        {
            read = RandomAccess.Read(_handle, destination[total..], offset + total);
        }

        return total;
    }
}
