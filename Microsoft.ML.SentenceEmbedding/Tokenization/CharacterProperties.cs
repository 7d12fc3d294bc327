namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What Hugging Face tokenizers knows about a code point, whatever Unicode version the machine's own tables have.</summary>
internal static class CharacterProperties
{
    /// <summary>Removed by cleaning: U+0000, U+FFFD, control, format and private-use characters.</summary>
    public const int Dropped = 1;

    /// <summary>A nonspacing mark, removed when accents are stripped.</summary>
    public const int Mark = 2;

    /// <summary>White space, which separates words.</summary>
    public const int WhiteSpace = 4;

    /// <summary>Punctuation, which is a word by itself.</summary>
    public const int Punctuation = 8;

    /// <summary>Has a canonical decomposition in the tables (Hangul syllables are computed).</summary>
    public const int Decomposes = 16;

    /// <summary>Has another lower-case form.</summary>
    public const int Lowers = 32;

    /// <summary>Set apart by spaces when Chinese characters are separated.</summary>
    public const int Chinese = 64;

    /// <summary>The one character whose lower case is two: i and <see cref="DotAbove"/>.</summary>
    public const int CapitalIWithDot = 0x130;

    public const int DotAbove = 0x307;

    private const int TableShift = 10;
    private const int TableRankShift = 4;
    private const int RankShift = 8;
    private const int PageShift = 8;
    private const int PageLength = 1 << PageShift;
    private const int CodePoints = 0x110000;
    private const int DecompositionLengthShift = 21;

    private const int HangulFirst = 0xAC00;
    private const int HangulLast = 0xD7A3;
    private const int HangulVowels = 21;
    private const int HangulTrails = 28;

    // The blocks that BERT's code names; newer extensions of the script are not among them.
    private static readonly (int First, int Last)[] ChineseBlocks =
    [
        (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F), (0x2B920, 0x2CEAF), (0x2F800, 0x2FA1F),
    ];

    private static readonly int[] DecompositionKeys;
    private static readonly int[] DecompositionStarts;
    private static readonly ushort[] PageStarts = new ushort[CodePoints / PageLength];
    private static readonly ushort[] Pages;

    static CharacterProperties()
    {
        (DecompositionKeys, DecompositionStarts) = IndexDecompositions();
        Pages = CreatePages();
    }

    /// <summary>Gets the properties of a code point as a combination of the constants of this class.</summary>
    public static int Of(int codePoint) => Pages[(PageStarts[codePoint >> PageShift] << PageShift) + (codePoint & (PageLength - 1))];

    /// <summary>Gets a number that orders marks as their canonical combining classes do; 0 for a character that starts a new sequence.</summary>
    public static int CombiningRank(int properties) => properties >> RankShift;

    /// <summary>Gets the lower-case form of a code point other than U+0130, or the code point itself.</summary>
    public static int ToLowercase(int codePoint)
    {
        if (codePoint < 0x80)
        {
            return codePoint is >= 'A' and <= 'Z' ? codePoint | 0x20 : codePoint;
        }

        return (Of(codePoint) & Lowers) == 0 ? codePoint : FindLowercase(codePoint);
    }

    /// <summary>Writes the full canonical decomposition of a code point, at most four, and returns its length.</summary>
    public static int Decompose(int codePoint, Span<int> destination)
    {
        if (codePoint is >= HangulFirst and <= HangulLast)
        {
            int index = codePoint - HangulFirst;
            int trail = index % HangulTrails;
            destination[0] = 0x1100 + (index / (HangulVowels * HangulTrails));
            destination[1] = 0x1161 + (index / HangulTrails % HangulVowels);
            destination[2] = 0x11A7 + trail;
            return trail == 0 ? 2 : 3;
        }

        if ((Of(codePoint) & Decomposes) == 0)
        {
            destination[0] = codePoint;
            return 1;
        }

        int start = DecompositionStarts[Array.BinarySearch(DecompositionKeys, codePoint)];
        int length = CharacterTables.Decompositions[start] >> DecompositionLengthShift;
        CharacterTables.Decompositions.Slice(start + 1, length).CopyTo(destination);
        return length;
    }

    private static int FindLowercase(int codePoint)
    {
        ReadOnlySpan<int> runs = CharacterTables.LowercaseRuns;
        int low = 0;
        int high = runs.Length / 4;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            (low, high) = runs[(middle * 4) + 1] < codePoint ? (middle + 1, high) : (low, middle);
        }

        return codePoint + runs[(low * 4) + 3];
    }

    private static (int[] Keys, int[] Starts) IndexDecompositions()
    {
        var keys = new List<int>();
        var starts = new List<int>();
        ReadOnlySpan<int> table = CharacterTables.Decompositions;
        for (int i = 0; i < table.Length; i += 1 + (table[i] >> DecompositionLengthShift))
        {
            keys.Add(table[i] & ((1 << DecompositionLengthShift) - 1));
            starts.Add(i);
        }

        return ([.. keys], [.. starts]);
    }

    /// <summary>Spreads the runs over pages of 256 code points; equal neighbors share a page, so that the planes in private use cost nothing.</summary>
    private static ushort[] CreatePages()
    {
        var values = new ushort[CodePoints];
        ReadOnlySpan<int> runs = CharacterTables.Properties;
        for (int i = 0; i < runs.Length; i++)
        {
            int first = runs[i] >> TableShift;
            int last = i + 1 < runs.Length ? runs[i + 1] >> TableShift : CodePoints;
            int value = runs[i] & ((1 << TableShift) - 1);
            int rank = value >> TableRankShift;
            values.AsSpan(first..last).Fill((ushort)((value & ((1 << TableRankShift) - 1)) | (rank << RankShift)));
        }

        ReadOnlySpan<int> lowercase = CharacterTables.LowercaseRuns;
        for (int i = 0; i < lowercase.Length; i += 4)
        {
            for (int c = lowercase[i]; c <= lowercase[i + 1]; c += lowercase[i + 2])
            {
                values[c] |= Lowers;
            }
        }

        foreach (int c in DecompositionKeys)
        {
            values[c] |= Decomposes;
        }

        foreach ((int first, int last) in ChineseBlocks)
        {
            for (int c = first; c <= last; c++)
            {
                values[c] |= Chinese;
            }
        }

        var pages = new List<ushort>();
        for (int page = 0; page < PageStarts.Length; page++)
        {
            Span<ushort> content = values.AsSpan(page << PageShift, PageLength);
            if (page == 0 || !content.SequenceEqual(values.AsSpan((page - 1) << PageShift, PageLength)))
            {
                pages.AddRange(content);
            }

            PageStarts[page] = (ushort)((pages.Count >> PageShift) - 1);
        }

        return [.. pages];
    }
}
