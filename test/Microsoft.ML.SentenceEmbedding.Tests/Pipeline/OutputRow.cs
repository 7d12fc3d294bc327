namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>What a prediction engine of one transformer gives.</summary>
public sealed class OutputRow<TItem>
{
    public TItem[] Output { get; set; } = [];
}
