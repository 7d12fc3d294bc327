namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>What a client asked a server in a test.</summary>
internal sealed record ServerRequest(string Target, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Gets the first byte asked for, 0 for all.</summary>
    public int Offset => Headers.TryGetValue("Range", out string? range) ? int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture) : 0;
}
