namespace Microsoft.ML.SentenceEmbedding;

/// <summary>One normalizer of tokenizer.json: what happens to a text before it is split into words.</summary>
internal abstract class NormalizationStep
{
    /// <summary>
    /// Gets a value indicating whether a text can be normalized part by part, cut in front of a space between two letters or digits
    /// (<see cref="TextWindow"/>), with the same result.
    /// </summary>
    public virtual bool IsLocal => true;

    /// <summary>Normalizes the text in place.</summary>
    public abstract void Apply(ref WorkingText text);
}
