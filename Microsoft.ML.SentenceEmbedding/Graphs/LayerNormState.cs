namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What the backward part of a LayerNorm needs of its forward part: values of the training graph.</summary>
/// <param name="Name">The weights' name.</param>
/// <param name="Input">What was normalized, [tokens, hidden].</param>
/// <param name="Mean">Each row's mean, [tokens, 1].</param>
/// <param name="InverseDeviation">1 over each row's standard deviation, [tokens, 1].</param>
internal readonly record struct LayerNormState(string Name, string Input, string Mean, string InverseDeviation);
