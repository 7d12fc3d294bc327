using System.Globalization;
using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Normalizers that look at one character at a time.</summary>
internal static class CharacterRules
{
    /// <summary>The most code points that one code point can become.</summary>
    public const int MaximumExpansion = 2;

    /// <summary>Lower-cases as Rust does: by character, whatever stands around it.</summary>
    public static int Lowercase(int codePoint, Span<int> destination)
    {
        if (codePoint == CharacterProperties.CapitalIWithDot)
        {
            destination[0] = 'i';
            destination[1] = CharacterProperties.DotAbove;
            return 2;
        }

        destination[0] = CharacterProperties.ToLowercase(codePoint);
        return 1;
    }

    /// <summary>Removes combining marks; characters that contain one stay, as nothing is decomposed here.</summary>
    public static int StripAccents(int codePoint, Span<int> destination)
    {
        destination[0] = codePoint;
        return Rune.GetUnicodeCategory(new Rune(codePoint)) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark ? 0 : 1;
    }

    /// <summary>Does what the Nmt normalizer does: removes control characters and makes separators and joiners plain spaces.</summary>
    public static int Nmt(int codePoint, Span<int> destination)
    {
        switch (codePoint)
        {
            case (>= 0x1 and <= 0x8) or 0xB or (>= 0xE and <= 0x1F) or 0x7F or 0x8F or 0x9F:
                return 0;
            case 0x9 or 0xA or 0xC or 0xD or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD:
                destination[0] = ' ';
                return 1;
            default:
                destination[0] = codePoint;
                return 1;
        }
    }
}
