namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Replaces every run of two or more spaces: the one regular expression (" {2,}") that files converted from SentencePiece have.</summary>
internal sealed class SpaceRunStep(string content) : NormalizationStep
{
    /// <inheritdoc/>
    public override void Apply(ref WorkingText text)
    {
        int position = 0;
        for (int next; (next = text.Characters[position..].IndexOf("  ")) >= 0;)
        {
            int start = position + next;
            int end = start + 2;
            while (end < text.Length && text.Characters[end] == ' ')
            {
                end++;
            }

            text.Keep(position, start);
            text.Replace(start, end, content);
            position = end;
        }

        if (position > 0)
        {
            text.Keep(position, text.Length);
            text.Commit();
        }
    }
}
