namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A tensor that is trained, and its place in the flat buffer of all of them.</summary>
/// <param name="Name">BertModel's name for it.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Offset">The index of its first number.</param>
internal sealed record TrainingParameter(string Name, long[] Shape, int Offset)
{
    /// <summary>Gets the number of its numbers.</summary>
    public int Length { get; } = checked((int)Shape.Aggregate(1L, (count, dimension) => count * dimension));

    /// <summary>Gets the index behind its last number.</summary>
    public int End => Offset + Length;
}
