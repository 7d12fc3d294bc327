namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Removes white space at the ends of a text.</summary>
internal sealed class StripStep(bool left, bool right) : NormalizationStep
{
    /// <inheritdoc/>
    public override void Apply(ref WorkingText text)
    {
        ReadOnlySpan<char> characters = text.Characters;
        int start = left && text.IsFirst ? characters.Length - characters.TrimStart().Length : 0;
        int end = right && text.IsLast ? characters.TrimEnd().Length : characters.Length;
        text.Keep(start, Math.Max(start, end));
        text.Commit();
    }
}
