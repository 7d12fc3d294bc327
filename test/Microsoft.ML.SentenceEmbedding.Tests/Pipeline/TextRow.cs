using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>A row with a column of every kind that has to stay beside its text.</summary>
public sealed class TextRow
{
    public int Id { get; set; }

    public string Text { get; set; } = string.Empty;

    public string Label { get; set; } = string.Empty;

    public bool IsFirstClass { get; set; }

    public float Number { get; set; }

    [VectorType(3)]
    public float[] Vector { get; set; } = [];

    [VectorType(2)]
    public string[] Words { get; set; } = [];

    public DateTime Time { get; set; }
}
