#if NET10_0_OR_GREATER
using System.Buffers;
#endif
using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>.NET's normalization of spans, which .NET 8 has for strings only.</summary>
internal static class UnicodeForm
{
#if NET10_0_OR_GREATER
    // U+FDFA has the longest compatibility decomposition.
    private const int LargestGrowth = 18;

    /// <summary>Gets a value indicating whether a text without lone surrogates is in the form.</summary>
    public static bool IsNormalized(ReadOnlySpan<char> text, NormalizationForm form) => text.IsNormalized(form);

    /// <summary>Appends a stretch of the text in the form.</summary>
    public static void Replace(ref WorkingText text, int start, int end, NormalizationForm form)
    {
        char[] buffer = ArrayPool<char>.Shared.Rent(LargestGrowth * (end - start));
        ReadOnlySpan<char> source = text.Characters[start..end];
        source.TryNormalize(buffer, out int length, form);
        text.Replace(start, end, buffer.AsSpan(0, length));
        ArrayPool<char>.Shared.Return(buffer);
    }
#else
    /// <summary>Gets a value indicating whether a text without lone surrogates is in the form.</summary>
    public static bool IsNormalized(ReadOnlySpan<char> text, NormalizationForm form) => text.ToString().IsNormalized(form);

    /// <summary>Appends a stretch of the text in the form.</summary>
    public static void Replace(ref WorkingText text, int start, int end, NormalizationForm form) =>
        text.Replace(start, end, text.Characters[start..end].ToString().Normalize(form));
#endif
}
