using System.Buffers;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What every <see cref="ISpanTokenizer"/> can do with its two methods.</summary>
internal static class SpanTokenizerExtensions
{
    /// <summary>Gives all ids of a text.</summary>
    public static int[] EncodeAll(this ISpanTokenizer tokenizer, ReadOnlySpan<char> text)
    {
        // Prose has a token every four or five characters; where the buffer is full, a larger one is tried.
        for (int capacity = 32 + (text.Length / 3); ; capacity = (int)Math.Min(2L * capacity, Array.MaxLength))
        {
            int[] ids = ArrayPool<int>.Shared.Rent(capacity);
            int count = tokenizer.EncodeToIds(text, ids);
            int[]? result = count < ids.Length || capacity == Array.MaxLength ? ids[..count] : null;
            ArrayPool<int>.Shared.Return(ids);
            if (result is not null)
            {
                return result;
            }
        }
    }
}
