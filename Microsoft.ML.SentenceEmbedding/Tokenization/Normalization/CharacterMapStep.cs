using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Applies a <see cref="CharacterMap"/> as Hugging Face's Precompiled normalizer does: a short grapheme cluster as a whole, else character by character.</summary>
internal sealed class CharacterMapStep : NormalizationStep
{
    // Longer clusters in UTF-8 bytes are not looked up as a whole.
    private const int LongestCluster = 5;
    private const int LongestCharacter = 4;

    private readonly CharacterMap _map;
    private readonly bool[] _changesAscii = new bool[128];

    /// <summary>Initializes a new instance of the <see cref="CharacterMapStep"/> class.</summary>
    public CharacterMapStep(CharacterMap map)
    {
        _map = map;
        for (int c = 0; c < _changesAscii.Length; c++)
        {
            _changesAscii[c] = map.TryFind([(byte)c], out _);
        }
    }

    /// <inheritdoc/>
    public override void Apply(ref WorkingText text)
    {
        int kept = 0;
        Span<byte> bytes = stackalloc byte[LongestCluster];
        for (int position = 0, size; position < text.Length; position += size)
        {
            ReadOnlySpan<char> rest = text.Characters[position..];
            size = GraphemeClusters.FirstLength(rest);
            if (size == 1 && char.IsAscii(rest[0]) && !_changesAscii[rest[0]])
            {
                continue;
            }

            // So many characters may fit into the bytes of a short cluster, but need not.
            if (size <= LongestCluster && Encoding.UTF8.TryGetBytes(rest[..size], bytes, out int length) && _map.TryFind(bytes[..length], out ReadOnlySpan<byte> replacement))
            {
                text.Keep(kept, position);
                Replace(ref text, position, size, replacement);
                kept = position + size;
            }
            else if (size > 1)
            {
                kept = ApplyToCharacters(ref text, position, size, kept);
            }
        }

        if (kept > 0)
        {
            text.Keep(kept, text.Length);
            text.Commit();
        }
    }

    /// <summary>Looks at each character of a cluster; returns up to where the text has been appended.</summary>
    private int ApplyToCharacters(ref WorkingText text, int position, int clusterSize, int kept)
    {
        Span<byte> bytes = stackalloc byte[LongestCharacter];
        int end = position + clusterSize;
        for (int size; position < end; position += size)
        {
            Rune.DecodeFromUtf16(text.Characters[position..end], out Rune rune, out size);
            if (_map.TryFind(bytes[..rune.EncodeToUtf8(bytes)], out ReadOnlySpan<byte> replacement))
            {
                text.Keep(kept, position);
                Replace(ref text, position, size, replacement);
                kept = position + size;
            }
        }

        return kept;
    }

    private static void Replace(ref WorkingText text, int position, int size, ReadOnlySpan<byte> replacement)
    {
        Span<char> characters = stackalloc char[CharacterMap.LongestReplacement];
        text.Replace(position, position + size, characters[..Encoding.UTF8.GetChars(replacement, characters)]);
    }
}
