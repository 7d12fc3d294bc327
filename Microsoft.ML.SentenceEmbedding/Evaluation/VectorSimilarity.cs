namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The similarity functions of sentence-transformers, in double precision: greater is more similar, so distances are negated.</summary>
internal static class VectorSimilarity
{
    public const string Cosine = "cosine";
    public const string Dot = "dot";
    public const string Euclidean = "euclidean";
    public const string Manhattan = "manhattan";

    // Shorter vectors count as this long, as in torch: the zero vector has the cosine 0 with everything.
    public const double SmallestNorm = 1e-12;

    /// <summary>Checks the functions that a caller chose, and gives the main one alone, or else cosine, where there are none.</summary>
    /// <exception cref="ArgumentException">A function is unknown or there twice, or the main one is not among them.</exception>
    public static IReadOnlyList<string> Choose(IReadOnlyList<string>? functions, string? main)
    {
        string[] chosen = functions is { Count: > 0 } ? [.. functions] : [main ?? Cosine];
        foreach (string function in chosen)
        {
            if (function is not (Cosine or Dot or Euclidean or Manhattan))
            {
                throw new ArgumentException($"'{function}' is no similarity function; there are cosine, dot, euclidean, and manhattan.", nameof(functions));
            }
        }

        if (chosen.Distinct().Count() < chosen.Length)
        {
            throw new ArgumentException($"A similarity function is there twice: {string.Join(", ", chosen)}.", nameof(functions));
        }

        if (main is not null && !chosen.Contains(main))
        {
            throw new ArgumentException($"The main similarity function '{main}' is none of {string.Join(", ", chosen)}.", nameof(main));
        }

        return chosen;
    }

    /// <summary>Gives the similarity of two vectors of the same length.</summary>
    public static double Compute(string function, ReadOnlySpan<float> x, ReadOnlySpan<float> y) => function switch
    {
        Cosine => DotProduct(x, y) / (Norm(x) * Norm(y)),
        Dot => DotProduct(x, y),
        Euclidean => -Math.Sqrt(SquaredDistance(x, y)),
        Manhattan => -AbsoluteDistance(x, y),
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, null),
    };

    /// <summary>Gives the sum of the squared differences of two vectors of the same length.</summary>
    public static double SquaredDistance(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double difference = (double)x[i] - y[i];
            sum += difference * difference;
        }

        return sum;
    }

    private static double Norm(ReadOnlySpan<float> x) => Math.Max(Math.Sqrt(DotProduct(x, x)), SmallestNorm);

    private static double DotProduct(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            sum += (double)x[i] * y[i];
        }

        return sum;
    }

    private static double AbsoluteDistance(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            sum += Math.Abs((double)x[i] - y[i]);
        }

        return sum;
    }
}
