namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Replaces a string by another wherever it is found.</summary>
internal sealed class ReplaceStep(string pattern, string content) : NormalizationStep
{
    /// <inheritdoc/>
    public override bool IsLocal => !TextWindow.CanBeCut(pattern);

    /// <inheritdoc/>
    public override void Apply(ref WorkingText text)
    {
        int position = 0;
        for (int next; (next = text.Characters[position..].IndexOf(pattern)) >= 0; position += next + pattern.Length)
        {
            text.Keep(position, position + next);
            text.Replace(position + next, position + next + pattern.Length, content);
        }

        if (position > 0)
        {
            text.Keep(position, text.Length);
            text.Commit();
        }
    }
}
