namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Divides a vector by its length.</summary>
internal sealed record NormalizeModule : SentenceModule;
