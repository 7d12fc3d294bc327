namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A place in the original text: UTF-16 positions, the end excluded.</summary>
internal readonly record struct TextRange(int Start, int End);
