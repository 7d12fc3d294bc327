namespace Microsoft.ML.SentenceEmbedding;

/// <summary>How the learning rate changes after the warm-up, during which it rises from 0 in equal steps.</summary>
public enum LearningRateSchedule
{
    /// <summary>It falls to 0 in equal steps.</summary>
    Linear,

    /// <summary>It falls to 0 along half a period of the cosine.</summary>
    Cosine,

    /// <summary>It stays.</summary>
    Constant,
}
