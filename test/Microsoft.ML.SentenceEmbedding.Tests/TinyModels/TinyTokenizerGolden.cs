namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Random texts and their ids, special tokens included, no truncation.</summary>
internal sealed record TinyTokenizerGolden
{
    public required string[] Texts { get; init; }

    public required int[][] InputIds { get; init; }
}
