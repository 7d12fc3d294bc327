using System.Buffers.Binary;
using System.Text.Unicode;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>SentencePiece's precompiled character map: a double array trie of UTF-8 keys, each of which stands for another text.</summary>
/// <remarks>
/// The content is the trie's size in bytes (32 bits), its units (32 bits each, little-endian) and the texts, UTF-8, each with a NUL behind it.
/// A unit holds a label, the offset of its children and whether a value lies among them, as in the darts-clone library.
/// </remarks>
internal sealed class CharacterMap
{
    /// <summary>The longest text in bytes that a key may stand for; that of the published maps is 33.</summary>
    public const int LongestReplacement = 1000;

    private const uint LabelMask = (1U << 31) | 0xFF;
    private const uint LeafBit = 1U << 8;
    private const uint ValueMask = (1U << 31) - 1;

    private readonly uint[] _units;
    private readonly byte[] _replacements;

    private CharacterMap(uint[] units, byte[] replacements)
    {
        _units = units;
        _replacements = replacements;
    }

    /// <summary>Reads a map, or gives null where the content is not one.</summary>
    public static CharacterMap? TryRead(ReadOnlySpan<byte> content)
    {
        if (content.Length < sizeof(uint))
        {
            return null;
        }

        uint size = BinaryPrimitives.ReadUInt32LittleEndian(content);
        content = content[sizeof(uint)..];
        if (size == 0 || size % sizeof(uint) != 0 || size > content.Length || !Utf8.IsValid(content[(int)size..]))
        {
            return null;
        }

        uint[] units = new uint[size / sizeof(uint)];
        for (int i = 0; i < units.Length; i++)
        {
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(content[(i * sizeof(uint))..]);
        }

        byte[] replacements = content[(int)size..].ToArray();
        return HasShortTexts(replacements) ? new CharacterMap(units, replacements) : null;
    }

    /// <summary>Finds what the shortest key that <paramref name="text"/> begins with stands for; Hugging Face takes it for all of the text.</summary>
    /// <param name="text">UTF-8 bytes.</param>
    /// <param name="replacement">The UTF-8 bytes to put there; they may be none.</param>
    public bool TryFind(scoped ReadOnlySpan<byte> text, out ReadOnlySpan<byte> replacement)
    {
        // An index beyond the array ends the search: in a sound file there is none.
        uint node = Offset(_units[0]);
        foreach (byte label in text)
        {
            node ^= label;
            if (label == 0 || node >= _units.Length || (_units[node] & LabelMask) != label)
            {
                break;
            }

            uint unit = _units[node];
            node ^= Offset(unit);
            if ((unit & LeafBit) != 0)
            {
                uint start = node < _units.Length ? _units[node] & ValueMask : ValueMask;
                if (start > _replacements.Length)
                {
                    break;
                }

                replacement = _replacements.AsSpan((int)start);
                int end = replacement.IndexOf((byte)0);
                replacement = end < 0 ? replacement : replacement[..end];
                return true;
            }
        }

        replacement = default;
        return false;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & (1U << 9)) >> 6);

    private static bool HasShortTexts(ReadOnlySpan<byte> replacements)
    {
        while (!replacements.IsEmpty)
        {
            int end = replacements.IndexOf((byte)0);
            int length = end < 0 ? replacements.Length : end;
            if (length > LongestReplacement)
            {
                return false;
            }

            replacements = replacements[Math.Min(length + 1, replacements.Length)..];
        }

        return true;
    }
}
