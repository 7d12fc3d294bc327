namespace Microsoft.ML.SentenceEmbedding;

/// <summary>How a text's token vectors become one vector. The order is the one in which old pooling flags are concatenated.</summary>
internal enum PoolingMode
{
    /// <summary>The first token's vector.</summary>
    Cls,

    /// <summary>The largest value of each dimension.</summary>
    Max,

    /// <summary>The mean.</summary>
    Mean,

    /// <summary>The sum divided by the square root of the number of tokens.</summary>
    MeanSquareRootLength,

    /// <summary>The mean with weights 1, 2, 3 ... by position.</summary>
    WeightedMean,

    /// <summary>The last token's vector.</summary>
    LastToken,
}
