using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Brings a text into one of Unicode's normalization forms: NFC, NFD, NFKC, NFKD.</summary>
internal sealed class UnicodeFormStep(NormalizationForm form) : NormalizationStep
{
    /// <summary>Gets a value indicating whether the process has the tables; without ICU, .NET gives every text back as it is.</summary>
    public static bool IsAvailable { get; } = "e\u0301".Normalize(NormalizationForm.FormC).Length == 1;

    /// <inheritdoc/>
    public override void Apply(ref WorkingText text)
    {
        if (IsNormalized(text.Characters))
        {
            return;
        }

        // Nothing composes or changes order across a grapheme cluster's end, so that each can be looked at alone.
        int kept = 0;
        for (int position = 0, size; position < text.Length; position += size)
        {
            size = GraphemeClusters.FirstLength(text.Characters[position..]);
            if (!IsNormalized(text.Characters.Slice(position, size)))
            {
                text.Keep(kept, position);
                UnicodeForm.Replace(ref text, position, position + size, form);
                kept = position + size;
            }
        }

        text.Keep(kept, text.Length);
        text.Commit();
    }

    private bool IsNormalized(ReadOnlySpan<char> text) => Ascii.IsValid(text) || UnicodeForm.IsNormalized(text, form);
}
