namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What becomes of a text with more tokens than <see cref="SentenceModel.MaximumTokens"/>.</summary>
public enum LongTextHandling
{
    /// <summary>Its beginning is read and the rest cut off, as in Python. The default.</summary>
    Truncate = 0,

    /// <summary>It is split into windows without overlap, and its vector is the average of theirs.</summary>
    /// <remarks>
    /// A window has <see cref="SentenceModel.MaximumTokens"/> tokens at most, the special tokens and the prompt in each of them, and may end inside a word; the
    /// last one has what is left. Each counts by the number of the text's own tokens in it, and the average gets the length 1 where the model's
    /// last module normalizes; <see cref="SentenceEncoderOptions.Dimensions"/> and <see cref="SentenceEncoderOptions.Normalize"/> come after that.
    /// A text is computed as long as it is: time grows with its length, and there is no limit.
    /// A prompt that leaves no room truncates. Python has nothing like it, and the stage
    /// <c>TokenizeSentence</c> always truncates.
    /// </remarks>
    AverageWindows = 1,
}
