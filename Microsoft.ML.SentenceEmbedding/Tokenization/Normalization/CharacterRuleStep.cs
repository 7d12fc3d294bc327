using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Applies a rule to every character: Lowercase, StripAccents, Nmt.</summary>
internal sealed class CharacterRuleStep(CharacterRule rule) : NormalizationStep
{
    /// <inheritdoc/>
    public override void Apply(ref WorkingText text)
    {
        Span<int> codePoints = stackalloc int[CharacterRules.MaximumExpansion];
        Span<char> characters = stackalloc char[2 * CharacterRules.MaximumExpansion];
        for (int position = 0; position < text.Length;)
        {
            Rune.DecodeFromUtf16(text.Characters[position..], out Rune rune, out int size);
            int length = 0;
            foreach (int codePoint in codePoints[..rule(rune.Value, codePoints)])
            {
                length += new Rune(codePoint).EncodeToUtf16(characters[length..]);
            }

            text.Replace(position, position + size, characters[..length]);
            position += size;
        }

        text.Commit();
    }
}
