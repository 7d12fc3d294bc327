namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Puts characters in front of a text that is not empty.</summary>
internal sealed class PrependStep(string content) : NormalizationStep
{
    /// <inheritdoc/>
    public override void Apply(ref WorkingText text)
    {
        if (text.Length > 0 && text.IsFirst)
        {
            text.Replace(0, 0, content);
            text.Keep(0, text.Length);
            text.Commit();
        }
    }
}
