namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What Hugging Face's Lowercase and BertNormalizer do to a text, one code point at a time.</summary>
/// <remarks>
/// Each step looks at a single character, except that canonical decomposition puts neighboring marks in order:
/// whoever collects the results does that with <see cref="CanonicalOrder"/> when <see cref="StripAccents"/> is set.
/// </remarks>
/// <param name="LowercaseFirst">Lower-case before everything else (a Lowercase normalizer in front).</param>
/// <param name="CleanText">Remove control characters and make white space plain spaces.</param>
/// <param name="SeparateChinese">Put spaces around Chinese characters.</param>
/// <param name="StripAccents">Decompose canonically and remove nonspacing marks.</param>
/// <param name="Lowercase">Lower-case at the end.</param>
internal sealed record BertNormalization(bool LowercaseFirst, bool CleanText, bool SeparateChinese, bool StripAccents, bool Lowercase)
{
    /// <summary>The most code points that one code point can become.</summary>
    public const int MaximumExpansion = 24;

    /// <summary>Gets a value indicating whether ASCII letters come out in lower case.</summary>
    public bool LowercasesAscii => LowercaseFirst || Lowercase;

    /// <summary>Writes what becomes of a code point to the destination (<see cref="MaximumExpansion"/> long) and returns how many code points that is.</summary>
    public int Apply(int codePoint, Span<int> destination)
    {
        if (!LowercaseFirst)
        {
            return CleanAndFold(codePoint, destination);
        }

        if (codePoint == CharacterProperties.CapitalIWithDot)
        {
            int count = CleanAndFold('i', destination);
            return count + CleanAndFold(CharacterProperties.DotAbove, destination[count..]);
        }

        return CleanAndFold(CharacterProperties.ToLowercase(codePoint), destination);
    }

    private int CleanAndFold(int codePoint, Span<int> destination)
    {
        int properties = CharacterProperties.Of(codePoint);
        if (CleanText && (properties & (CharacterProperties.Dropped | CharacterProperties.WhiteSpace)) != 0)
        {
            destination[0] = ' ';
            return (properties & CharacterProperties.Dropped) != 0 ? 0 : 1;
        }

        if (!SeparateChinese || (properties & CharacterProperties.Chinese) == 0)
        {
            return Fold(codePoint, destination);
        }

        destination[0] = ' ';
        int count = 1 + Fold(codePoint, destination[1..]);
        destination[count] = ' ';
        return count + 1;
    }

    private int Fold(int codePoint, Span<int> destination)
    {
        if (!StripAccents)
        {
            return AppendLowercase(codePoint, destination, 0);
        }

        Span<int> decomposed = stackalloc int[4];
        int count = 0;
        foreach (int part in decomposed[..CharacterProperties.Decompose(codePoint, decomposed)])
        {
            if ((CharacterProperties.Of(part) & CharacterProperties.Mark) == 0)
            {
                count = AppendLowercase(part, destination, count);
            }
        }

        return count;
    }

    private int AppendLowercase(int codePoint, Span<int> destination, int count)
    {
        if (Lowercase && codePoint == CharacterProperties.CapitalIWithDot)
        {
            destination[count] = 'i';
            destination[count + 1] = CharacterProperties.DotAbove;
            return count + 2;
        }

        destination[count] = Lowercase ? CharacterProperties.ToLowercase(codePoint) : codePoint;
        return count + 1;
    }
}
