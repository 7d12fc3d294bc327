using System.Text;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Writes a precompiled character map: every node of the trie has a block of units of its own.</summary>
internal static class CharacterMapBuilder
{
    private const int Block = 256;

    public static byte[] Build(params (string Key, string Value)[] entries)
    {
        var blocks = new Dictionary<string, int> { [string.Empty] = Block };
        var units = new List<uint>(new uint[2 * Block]) { [0] = Block << 10 };
        var texts = new List<byte>();
        foreach ((string key, string value) in entries)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(key);
            for (int i = 0; i < bytes.Length; i++)
            {
                string path = Convert.ToHexString(bytes, 0, i + 1);
                int unit = blocks[Convert.ToHexString(bytes, 0, i)] ^ bytes[i];
                if (!blocks.TryGetValue(path, out int block))
                {
                    block = units.Count;
                    blocks[path] = block;
                    units.AddRange(new uint[Block]);
                    units[unit] = ((uint)(unit ^ block) << 10) | bytes[i];
                }

                if (i == bytes.Length - 1)
                {
                    units[unit] |= 1 << 8;
                    units[block] = (1U << 31) | (uint)texts.Count;
                }
            }

            texts.AddRange(Encoding.UTF8.GetBytes(value));
            texts.Add(0);
        }

        return [.. BitConverter.GetBytes(units.Count * sizeof(uint)), .. units.SelectMany(BitConverter.GetBytes), .. texts];
    }
}
