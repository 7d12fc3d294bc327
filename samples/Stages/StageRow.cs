namespace Stages;

/// <summary>A row of the data behind all stages; a property reads the column of its name.</summary>
internal sealed class StageRow
{
    public string Text { get; set; } = "";

    /// <summary>Gets or sets the token ids.</summary>
    public long[] Tokens { get; set; } = [];

    /// <summary>Gets or sets the token vectors, one behind the other.</summary>
    public float[] TokenEmbeddings { get; set; } = [];

    /// <summary>Gets or sets the text's vector, made in stages.</summary>
    public float[] Features { get; set; } = [];

    /// <summary>Gets or sets the text's vector, made by the one-line transform.</summary>
    public float[] OneLine { get; set; } = [];

    /// <summary>Gives the largest difference between the numbers of the two vectors.</summary>
    public float LargestDifference() => Features.Zip(OneLine, (staged, whole) => Math.Abs(staged - whole)).Max();
}
