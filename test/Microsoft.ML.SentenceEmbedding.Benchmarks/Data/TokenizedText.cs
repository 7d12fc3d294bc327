namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>A text and the ids that Python gives for it, special tokens included and truncated.</summary>
internal sealed record TokenizedText(string Text, int[] Ids);
