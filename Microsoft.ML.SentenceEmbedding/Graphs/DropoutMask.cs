namespace Microsoft.ML.SentenceEmbedding;

/// <summary>An input of the training graph by whose numbers others are multiplied: 0 for those dropped, 1 / (1 - probability) for those kept.</summary>
/// <param name="Name">The input's name.</param>
/// <param name="OfAttention">True for the shape [batch, heads, sequence, sequence], false for [tokens, hidden].</param>
internal readonly record struct DropoutMask(string Name, bool OfAttention);
