using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Sixty-four characters at once: which of them are letters and digits, punctuation, or none of plain ASCII text; one bit each.</summary>
/// <remarks>Per character c: Words = [0-9A-Za-z]; Others = c above U+007E or below U+0020 except tab, line feed, carriage return; Punctuation = the rest but white space.</remarks>
internal readonly struct AsciiWindow
{
    /// <summary>How many characters a window shows.</summary>
    public const int Length = 64;

    /// <summary>Reads a window and writes its characters as bytes, in lower case if wanted; the bytes of others are meaningless.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public AsciiWindow(ReadOnlySpan<char> characters, bool lowercase, Span<byte> bytes)
    {
        ref ushort source = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(characters[..Length]));
        ref byte destination = ref MemoryMarshal.GetReference(bytes[..Length]);
        Vector128<byte> caseBit = Vector128.Create(lowercase ? (byte)0x20 : (byte)0);
        for (int i = 0; i < Length; i += Vector128<byte>.Count)
        {
            Vector128<ushort> first = Vector128.LoadUnsafe(ref source, (nuint)i);
            Vector128<ushort> second = Vector128.LoadUnsafe(ref source, (nuint)i + 8);
            Vector128<ushort> largest = Vector128.Create((ushort)0x7E);
            Vector128<byte> beyond = Vector128.Narrow(Vector128.GreaterThan(first, largest), Vector128.GreaterThan(second, largest));
            Vector128<byte> c = Vector128.Narrow(first, second);

            Vector128<byte> letters = IsInRange(c | Vector128.Create((byte)0x20), (byte)'a', (byte)'z');
            Vector128<byte> words = letters | IsInRange(c, (byte)'0', (byte)'9');
            Vector128<byte> spaces = Vector128.Equals(c, Vector128.Create((byte)' '));
            Vector128<byte> breaks = Vector128.Equals(c, Vector128.Create((byte)'\t')) | Vector128.Equals(c, Vector128.Create((byte)'\n')) | Vector128.Equals(c, Vector128.Create((byte)'\r'));
            Vector128<byte> others = beyond | Vector128.AndNot(IsInRange(c, 0, 0x1F), breaks);
            (c | (letters & caseBit)).StoreUnsafe(ref destination, (nuint)i);

            Words |= (ulong)Vector128.AndNot(words, others).ExtractMostSignificantBits() << i;
            Others |= (ulong)others.ExtractMostSignificantBits() << i;
            Punctuation |= (ulong)(~(words | spaces | breaks | others)).ExtractMostSignificantBits() << i;
        }
    }

    /// <summary>Gets the letters and digits.</summary>
    public ulong Words { get; }

    /// <summary>Gets the characters that are words by themselves.</summary>
    public ulong Punctuation { get; }

    /// <summary>Gets the characters that need the Unicode tables.</summary>
    public ulong Others { get; }

    /// <summary>Gets the position of the first character that needs the Unicode tables, or <see cref="Length"/>.</summary>
    public int PlainLength => BitOperations.TrailingZeroCount(Others);

    private static Vector128<byte> IsInRange(Vector128<byte> values, byte first, byte last)
        => Vector128.LessThanOrEqual(values - Vector128.Create(first), Vector128.Create((byte)(last - first)));
}
