using System.Buffers;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Spells a word by its bytes, of which the pairs are merged in the order that training learned them, as Hugging Face's BPE does.</summary>
internal sealed class BytePairModel : ISubwordModel
{
    private const int OnStack = 256;

    // Up to here, looking at all pairs for each merge is faster than a heap.
    private const int LongestScanned = 64;
    private const int NotKnown = -1;

    private readonly BytePairMerges _merges;
    private readonly int[] _byteIds = new int[256];
    private readonly int _unknownId;
    private readonly bool _fusesUnknown;
    private readonly PieceTrie? _wholeWords;
    private readonly int[] _wholeWordIds = [];

    /// <summary>Initializes a new instance of the <see cref="BytePairModel"/> class.</summary>
    /// <param name="vocabulary">The ids of tokens in the letters of <see cref="ByteAlphabet"/>.</param>
    /// <param name="merges">The merges.</param>
    /// <param name="unknownId">The id for a byte that the vocabulary lacks; null leaves it out.</param>
    /// <param name="fusesUnknown">Whether neighbors that the vocabulary lacks are one token.</param>
    /// <param name="ignoresMerges">Whether a word that is in the vocabulary as a whole is not merged.</param>
    public BytePairModel(IReadOnlyDictionary<string, int> vocabulary, BytePairMerges merges, int? unknownId, bool fusesUnknown, bool ignoresMerges)
    {
        _merges = merges;
        _unknownId = unknownId ?? NotKnown;
        _fusesUnknown = fusesUnknown;
        for (int value = 0; value < _byteIds.Length; value++)
        {
            _byteIds[value] = vocabulary.TryGetValue(ByteAlphabet.CharacterOf((byte)value).ToString(), out int id) ? id : NotKnown;
        }

        if (ignoresMerges)
        {
            _wholeWords = new PieceTrie([.. vocabulary.Keys]);
            _wholeWordIds = [.. vocabulary.Values];
        }
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    public void Encode(ref Word word, ref TokenWriter writer)
    {
        int capacity = word.MaximumBytes;
        byte[]? rentedBytes = capacity > OnStack ? ArrayPool<byte>.Shared.Rent(capacity) : null;
        Span<byte> bytes = rentedBytes ?? stackalloc byte[OnStack];
        bytes = bytes[..word.WriteUtf8(bytes)];

        int wholeWord = _wholeWords is null ? NotKnown : FindWholeWord(bytes);
        if (wholeWord >= 0)
        {
            writer.Add(wholeWord, word.PlaceOf(0, bytes.Length));
        }
        else
        {
            Merge(bytes, ref word, ref writer);
        }

        if (rentedBytes is not null)
        {
            ArrayPool<byte>.Shared.Return(rentedBytes);
        }
    }

    [SkipLocalsInit]
    private void Merge(scoped ReadOnlySpan<byte> bytes, ref Word word, ref TokenWriter writer)
    {
        // One start more than tokens: the end of the last.
        int[]? rented = bytes.Length >= OnStack ? ArrayPool<int>.Shared.Rent(2 * (bytes.Length + 1)) : null;
        Span<int> ids = rented ?? stackalloc int[2 * OnStack];
        Span<int> starts = ids[(ids.Length / 2)..];
        int count = FindBytes(bytes, ids, starts);
        count = count <= LongestScanned ? MergeByScanning(ids[..count], starts) : MergeByHeap(ids[..count], starts);
        starts[count] = bytes.Length;
        for (int i = 0; i < count && !writer.IsFull; i++)
        {
            writer.Add(ids[i], word.PlaceOf(starts[i], starts[i + 1]));
        }

        if (rented is not null)
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }

    /// <summary>Writes the id of each byte and where it begins; returns how many there are.</summary>
    private int FindBytes(ReadOnlySpan<byte> bytes, Span<int> ids, Span<int> starts)
    {
        int count = 0;
        bool isAfterUnknown = false;
        for (int i = 0; i < bytes.Length; i++)
        {
            int id = _byteIds[bytes[i]];
            bool isKnown = id != NotKnown;
            if (!isKnown && (_unknownId == NotKnown || (isAfterUnknown && _fusesUnknown)))
            {
                continue;
            }

            ids[count] = isKnown ? id : _unknownId;
            starts[count++] = i;
            isAfterUnknown = !isKnown;
        }

        return count;
    }

    [SkipLocalsInit]
    private int MergeByScanning(Span<int> ids, Span<int> starts)
    {
        Span<ulong> merges = stackalloc ulong[LongestScanned];
        int count = ids.Length;
        for (int i = 0; i + 1 < count; i++)
        {
            merges[i] = _merges.Find(ids[i], ids[i + 1]);
        }

        while (count > 1)
        {
            int first = FirstOfSmallest(merges[..(count - 1)]);
            if (merges[first] == BytePairMerges.None)
            {
                break;
            }

            ids[first] = BytePairMerges.IdOf(merges[first]);
            ids[(first + 2)..count].CopyTo(ids[(first + 1)..]);
            starts[(first + 2)..count].CopyTo(starts[(first + 1)..]);
            merges[(first + 1)..(count - 1)].CopyTo(merges[first..]);
            count--;
            if (first > 0)
            {
                merges[first - 1] = _merges.Find(ids[first - 1], ids[first]);
            }

            if (first + 1 < count)
            {
                merges[first] = _merges.Find(ids[first], ids[first + 1]);
            }
        }

        return count;
    }

    private static int FirstOfSmallest(ReadOnlySpan<ulong> merges)
    {
        int first = 0;
        for (int i = 1; i < merges.Length; i++)
        {
            first = merges[i] < merges[first] ? i : first;
        }

        return first;
    }

    /// <summary>The same for long words, in n log n: pairs wait in a heap by rank and position, and those that have changed meanwhile are passed over.</summary>
    private int MergeByHeap(Span<int> ids, Span<int> starts)
    {
        int count = ids.Length;
        int[] rented = ArrayPool<int>.Shared.Rent(2 * count);
        Span<int> previous = rented.AsSpan(0, count);
        Span<int> next = rented.AsSpan(count, count);
        var heap = new MinimumHeap(count);
        for (int i = 0; i < count; i++)
        {
            previous[i] = i - 1;
            next[i] = i + 1;
            if (i + 1 < count)
            {
                AddPair(ref heap, ids, i, i + 1);
            }
        }

        while (heap.Count > 0)
        {
            ulong item = heap.Take();
            int left = (int)item;
            int right = next[left];
            ulong merge = right < count && ids[left] != NotKnown ? _merges.Find(ids[left], ids[right]) : BytePairMerges.None;
            if (merge == BytePairMerges.None || merge >> 32 != item >> 32)
            {
                continue;
            }

            ids[left] = BytePairMerges.IdOf(merge);
            ids[right] = NotKnown;
            next[left] = next[right];
            if (next[left] < count)
            {
                previous[next[left]] = left;
                AddPair(ref heap, ids, left, next[left]);
            }

            if (previous[left] >= 0)
            {
                AddPair(ref heap, ids, previous[left], left);
            }
        }

        int kept = 0;
        for (int i = 0; i < count; i = next[i])
        {
            ids[kept] = ids[i];
            starts[kept++] = starts[i];
        }

        heap.Dispose();
        ArrayPool<int>.Shared.Return(rented);
        return kept;
    }

    private void AddPair(ref MinimumHeap heap, ReadOnlySpan<int> ids, int left, int right)
    {
        ulong merge = _merges.Find(ids[left], ids[right]);
        if (merge != BytePairMerges.None)
        {
            heap.Add((merge & ~(ulong)uint.MaxValue) | (uint)left);
        }
    }

    /// <summary>Looks a word up in the letters of the alphabet, which is how the vocabulary has it.</summary>
    private int FindWholeWord(ReadOnlySpan<byte> bytes)
    {
        Span<byte> letter = stackalloc byte[2];
        int node = PieceTrie.Root;
        foreach (byte value in bytes)
        {
            // Every letter of the alphabet is below U+0800.
            char character = ByteAlphabet.CharacterOf(value);
            letter[0] = (byte)(0xC0 | (character >> 6));
            letter[1] = (byte)(0x80 | (character & 0x3F));
            node = character < 0x80 ? _wholeWords!.Next(node, (byte)character) : _wholeWords!.Next(node, letter[0]);
            node = character < 0x80 || node < 0 ? node : _wholeWords.Next(node, letter[1]);
            if (node < 0)
            {
                return NotKnown;
            }
        }

        int index = _wholeWords!.IdAt(node);
        return index < 0 ? NotKnown : _wholeWordIds[index];
    }
}
