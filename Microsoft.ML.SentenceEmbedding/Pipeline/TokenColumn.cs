namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What a column of <see cref="TokenizeSentenceTransformer"/> holds; exported ONNX models have an input for each.</summary>
internal enum TokenColumn
{
    /// <summary>The ids of the tokens, special tokens included.</summary>
    InputIds,

    /// <summary>A one for every token: a row alone has no padding.</summary>
    AttentionMask,

    /// <summary>A zero for every token: a row is one text, not a pair.</summary>
    TokenTypeIds,
}
