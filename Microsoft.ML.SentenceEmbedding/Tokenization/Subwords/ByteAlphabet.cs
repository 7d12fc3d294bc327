namespace Microsoft.ML.SentenceEmbedding;

/// <summary>GPT-2's way to write any byte as a character that can be seen: the bytes of visible Latin-1 characters as these, the others from U+0100 on.</summary>
internal static class ByteAlphabet
{
    private const int FirstOther = 0x100;

    private static readonly char[] Characters = CreateCharacters();
    private static readonly Dictionary<char, byte> Bytes = Enumerable.Range(0, 256).ToDictionary(value => Characters[value], value => (byte)value);

    /// <summary>Gets the character for a byte.</summary>
    public static char CharacterOf(byte value) => Characters[value];

    /// <summary>Gives the byte for a character, if it stands for one.</summary>
    public static bool TryGetByte(char character, out byte value) => Bytes.TryGetValue(character, out value);

    private static char[] CreateCharacters()
    {
        char[] characters = new char[256];
        int others = 0;
        for (int value = 0; value < characters.Length; value++)
        {
            bool isVisible = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            characters[value] = (char)(isVisible ? value : FirstOther + others++);
        }

        return characters;
    }
}
