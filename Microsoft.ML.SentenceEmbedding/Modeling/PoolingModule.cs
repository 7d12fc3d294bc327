namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Token vectors to one vector: the modes' results one after the other.</summary>
/// <param name="Modes">What is computed, in the order of the output.</param>
/// <param name="IncludePrompt">False where the prompt's tokens are attended to but not pooled.</param>
internal sealed record PoolingModule(IReadOnlyList<PoolingMode> Modes, bool IncludePrompt) : SentenceModule;
