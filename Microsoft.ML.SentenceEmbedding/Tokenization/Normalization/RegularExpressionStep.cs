using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Replaces whatever a regular expression finds.</summary>
/// <remarks>The pattern comes from a file: an expression that takes exponential time is stopped after <see cref="LongestTime"/>.</remarks>
internal sealed class RegularExpressionStep : NormalizationStep
{
    private const int LongestPattern = 200;
    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(2);

    // Of Oniguruma and not of .NET, or of another meaning there.
    private static readonly string[] OtherSyntax = ["[:", "&&", "\\h", "\\H", "\\R", "\\X", "\\K", "\\y", "\\Y", "\\p{^"];

    private readonly Regex _pattern;
    private readonly string _content;

    private RegularExpressionStep(Regex pattern, string content)
    {
        _pattern = pattern;
        _content = content;
    }

    /// <inheritdoc/>
    public override bool IsLocal => false;

    /// <summary>Makes the step, or null for a pattern that .NET does not understand as Hugging Face does.</summary>
    public static RegularExpressionStep? TryCreate(string pattern, string content)
    {
        if (pattern.Length > LongestPattern || OtherSyntax.Any(pattern.Contains))
        {
            return null;
        }

        try
        {
            // In Oniguruma ^ and $ are the ends of lines.
            return new RegularExpressionStep(new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.Multiline, LongestTime), content);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The expression takes too long.</exception>
    public override void Apply(ref WorkingText text)
    {
        long start = Stopwatch.GetTimestamp();
        int position = 0;
        int lastEnd = -1;
        try
        {
            foreach (ValueMatch match in _pattern.EnumerateMatches(text.Characters))
            {
                // Rust does not find an empty match where another ends.
                if (match.Length == 0 && match.Index == lastEnd)
                {
                    continue;
                }

                text.Keep(position, match.Index);
                text.Replace(match.Index, match.Index + match.Length, _content);
                position = lastEnd = match.Index + match.Length;
                if (Stopwatch.GetElapsedTime(start) > LongestTime)
                {
                    throw new RegexMatchTimeoutException();
                }
            }
        }
        catch (RegexMatchTimeoutException exception)
        {
            throw new InvalidDataException($"The tokenizer's regular expression '{Excerpt.Of(_pattern.ToString())}' takes more than {LongestTime.TotalSeconds} seconds for a text of {text.Length} characters.", exception);
        }

        text.Keep(position, text.Length);
        text.Commit();
    }
}
