using System.Collections.Concurrent;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>What the parity tests compared, printed once after the last test: the runner keeps a test's own output to itself.</summary>
[TestClass]
public static class ParityReport
{
    private static readonly ConcurrentBag<string> Lines = [];

    /// <summary>Adds a line: what was compared, how many, and the largest difference.</summary>
    public static void Add(FormattableString line) => Lines.Add(FormattableString.Invariant(line));

    [AssemblyCleanup]
    public static void Print()
    {
        // Console is redirected by the runner; the process's own standard output is not.
        using var output = new StreamWriter(System.Console.OpenStandardOutput());
        foreach (string line in Lines.Order(StringComparer.Ordinal))
        {
            output.WriteLine($"parity: {line}");
        }
    }
}
