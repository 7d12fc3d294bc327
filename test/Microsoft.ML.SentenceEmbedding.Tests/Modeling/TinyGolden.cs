namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>What Python says for a tiny model; the names are those of the file.</summary>
internal sealed record TinyGolden
{
    public required string Model { get; init; }

    public required string Note { get; init; }

    public int? MaxSeqLength { get; init; }

    public required string SimilarityFnName { get; init; }

    public int? TruncateDim { get; init; }

    public required Dictionary<string, string> Prompts { get; init; }

    public string? DefaultPromptName { get; init; }

    public required string[] Texts { get; init; }

    /// <summary>Gets each text's ids: alone, special tokens included, truncated, with the prompt that plain encode applies.</summary>
    public required int[][] InputIds { get; init; }

    /// <summary>Gets the number of ids had there been no truncation.</summary>
    public required int[] UntruncatedLengths { get; init; }

    public required TinyCall[] Encode { get; init; }

    /// <summary>Gets the encoder's output for two of the texts.</summary>
    public required TinyTokenEmbeddings[] TokenEmbeddings { get; init; }
}
