namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Writes what becomes of a code point, at most <see cref="CharacterRules.MaximumExpansion"/> of them, and returns how many that is.</summary>
internal delegate int CharacterRule(int codePoint, Span<int> destination);
