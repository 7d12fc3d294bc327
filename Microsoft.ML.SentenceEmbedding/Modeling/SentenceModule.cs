namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A step after the encoder.</summary>
internal abstract record SentenceModule;
