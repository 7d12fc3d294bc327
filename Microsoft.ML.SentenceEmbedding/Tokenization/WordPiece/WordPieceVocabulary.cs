using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Finds the id of a word or of a piece inside a word by its UTF-8 bytes.</summary>
/// <remarks>
/// An open-addressing table whose keys of up to 15 bytes lie in the slots themselves: two words compared at once, no pointer followed.
/// The few longer ones are found by a hash of their bytes and compared with a copy.
/// </remarks>
internal sealed class WordPieceVocabulary
{
    /// <summary>How many bytes after a word have to be readable.</summary>
    public const int Padding = 16;

    /// <summary>The answer when there is no such piece.</summary>
    public const int NotFound = -1;

    /// <summary>The longest piece in characters that the readers of vocabularies let through: splitting a word looks that far ahead from every character.</summary>
    public const int LongestPiece = 1000;

    private const int LongestInlineKey = 15;
    private const int LengthShift = 56;
    private const int Beginnings = 1 << 12;
    private const int LongestLengthBit = 63;
    private const ulong ContinuingBit = 1UL << 63;
    private const ulong LongKeyBits = 0x7FUL << LengthShift;

    private static readonly (ulong Low, ulong High)[] Masks = CreateMasks();

    private readonly ulong _lowMultiplier = HashMultiplier.Next();
    private readonly ulong _highMultiplier = HashMultiplier.Next();
    private readonly List<(byte[] Bytes, int Id)> _longPieces = [];

    // For the first two bytes of a piece, a bit for every length that pieces with this beginning have: most lengths need not be tried.
    private readonly ulong[] _startLengths = new ulong[Beginnings];
    private readonly ulong[] _continuationLengths = new ulong[Beginnings];
    private readonly Slot[] _slots;
    private readonly int _shift;

    // Which lengths any piece has, up to that of the longest.
    private bool[] _hasLength = [];

    /// <summary>Initializes a new instance of the <see cref="WordPieceVocabulary"/> class.</summary>
    public WordPieceVocabulary(Dictionary<string, int> tokens, string continuingPrefix)
    {
        int capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, tokens.Count * 3L));
        _slots = new Slot[capacity];
        _shift = 64 - BitOperations.Log2((uint)capacity);
        foreach ((string token, int id) in tokens)
        {
            bool continues = token.StartsWith(continuingPrefix, StringComparison.Ordinal);
            Add(token, continuing: false, id);
            if (continues)
            {
                Add(token[continuingPrefix.Length..], continuing: true, id);
            }
        }
    }

    /// <summary>Finds the piece of the given length at the start of <paramref name="bytes"/>, which extend at least <see cref="Padding"/> beyond it.</summary>
    public int Find(ReadOnlySpan<byte> bytes, int length, bool continuing)
    {
        (ulong low, ulong high) = length <= LongestInlineKey ? InlineKey(bytes, length) : LongKey(bytes[..length]);
        return Find(bytes, length, low, high | (continuing ? ContinuingBit : 0));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Find(ReadOnlySpan<byte> bytes, int length, ulong low, ulong high)
    {
        Slot[] slots = _slots;
        for (int i = SlotOf(low, high); ; i = (i + 1) & (slots.Length - 1))
        {
            ref readonly Slot slot = ref slots[i];
            if (slot.Low == low && slot.High == high)
            {
                if (length <= LongestInlineKey)
                {
                    return slot.Value;
                }

                if (_longPieces[slot.Value].Bytes.AsSpan().SequenceEqual(bytes[..length]))
                {
                    return _longPieces[slot.Value].Id;
                }
            }

            if (slot.High == 0)
            {
                return NotFound;
            }
        }
    }

    /// <summary>Finds the longest piece that the first <paramref name="length"/> bytes begin with, and its length.</summary>
    /// <remarks>Pieces and words are UTF-8, so that a piece never ends inside a character.</remarks>
    public int FindLongest(ReadOnlySpan<byte> bytes, int length, bool continuing, out int size)
    {
        // The last bit stands for its length and all longer ones.
        ulong lengths = (continuing ? _continuationLengths : _startLengths)[Beginning(bytes)];
        if (length < LongestLengthBit)
        {
            lengths &= (2UL << length) - 1;
        }
        else if (lengths >> LongestLengthBit != 0)
        {
            int id = FindLongestOfMany(bytes[..Math.Min(length, _hasLength.Length - 1)], continuing, out size);
            if (id >= 0)
            {
                return id;
            }
        }

        while (lengths != 0)
        {
            size = BitOperations.Log2(lengths);
            int id = Find(bytes, size, continuing);
            if (id >= 0)
            {
                return id;
            }

            lengths ^= 1UL << size;
        }

        size = 1;
        return Find(bytes, 1, continuing);
    }

    private static (ulong Low, ulong High)[] CreateMasks()
    {
        var masks = new (ulong Low, ulong High)[LongestInlineKey + 1];
        for (int length = 1; length <= LongestInlineKey; length++)
        {
            masks[length] = length <= 8
                ? (ulong.MaxValue >> (64 - (8 * length)), 0)
                : (ulong.MaxValue, ulong.MaxValue >> (64 - (8 * (length - 8))));
        }

        return masks;
    }

    private static (ulong Low, ulong High) InlineKey(ReadOnlySpan<byte> bytes, int length)
    {
        (ulong low, ulong high) = Masks[length];
        low &= BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        high &= BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        return (low, high | ((ulong)length << LengthShift));
    }

    /// <summary>The marks of a long key leave room for its length; its bytes are folded into the other word.</summary>
    private (ulong Low, ulong High) LongKey(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 0;
        foreach (byte value in bytes)
        {
            hash = Extend(hash, value);
        }

        return (hash, LongKeyBits | (uint)bytes.Length);
    }

    private ulong Extend(ulong hash, byte value)
    {
        hash = (hash ^ value) * _lowMultiplier;
        return hash ^ (hash >> 29);
    }

    /// <summary>Finds the longest of the pieces above <see cref="LongestLengthBit"/> in one pass: a key's hash is that of the key shorter by a byte, extended.</summary>
    private int FindLongestOfMany(ReadOnlySpan<byte> bytes, bool continuing, out int size)
    {
        int longest = NotFound;
        size = 0;
        ulong hash = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            hash = Extend(hash, bytes[i]);
            if (i < LongestLengthBit || !_hasLength[i + 1])
            {
                continue;
            }

            int id = Find(bytes, i + 1, hash, LongKeyBits | (uint)(i + 1) | (continuing ? ContinuingBit : 0));
            if (id >= 0)
            {
                longest = id;
                size = i + 1;
            }
        }

        return longest;
    }

    private static int Beginning(ReadOnlySpan<byte> bytes) => ((bytes[0] << 5) ^ bytes[1]) & (Beginnings - 1);

    private int SlotOf(ulong low, ulong high)
    {
        ulong hash = (low * _lowMultiplier) ^ BitOperations.RotateLeft(high * _highMultiplier, 32);
        return (int)((hash ^ (hash >> 29)) * _highMultiplier >> _shift);
    }

    // Called for every piece when a model is read, before the runtime would notice that it is worth optimizing.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(string token, bool continuing, int id)
    {
        int length = Encoding.UTF8.GetByteCount(token);
        if (length == 0)
        {
            return;
        }

        const int OnStack = 256;
        Span<byte> bytes = length + Padding <= OnStack ? stackalloc byte[OnStack] : new byte[length + Padding];
        Encoding.UTF8.GetBytes(token, bytes);
        (ulong low, ulong high) = length <= LongestInlineKey ? InlineKey(bytes, length) : LongKey(bytes[..length]);
        high |= continuing ? ContinuingBit : 0;
        int i = SlotOf(low, high);
        while (_slots[i].High != 0)
        {
            i = (i + 1) & (_slots.Length - 1);
        }

        int value = id;
        if (length > LongestInlineKey)
        {
            value = _longPieces.Count;
            _longPieces.Add((bytes[..length].ToArray(), id));
        }

        _slots[i] = new Slot(low, high, value);
        if (_hasLength.Length <= length)
        {
            Array.Resize(ref _hasLength, length + 1);
        }

        _hasLength[length] = true;
        (continuing ? _continuationLengths : _startLengths)[Beginning(bytes)] |= length == 1 ? 0 : 1UL << Math.Min(length, LongestLengthBit);
    }

    /// <summary>A key and its id (or the index of a long piece); a key's length makes <paramref name="High"/> different from 0.</summary>
    private readonly record struct Slot(ulong Low, ulong High, int Value);
}
