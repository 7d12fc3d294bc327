namespace Microsoft.ML.SentenceEmbedding;

/// <summary>How far a training has come: with weights and moments, all that it goes on from.</summary>
internal sealed class TrainingState
{
    /// <summary>Gets or sets the number of steps done.</summary>
    public int Step { get; set; }

    /// <summary>Gets or sets the time spent on them.</summary>
    public TimeSpan TrainingTime { get; set; }

    /// <summary>Gets or sets the sum of the losses since the last evaluation.</summary>
    public double LossSum { get; set; }

    /// <summary>Gets or sets the number of steps since the last evaluation.</summary>
    public int LossSteps { get; set; }

    /// <summary>Gets the evaluations.</summary>
    public List<DistillationEvaluation> Log { get; } = [];

    /// <summary>Gets or sets the step of the best evaluation.</summary>
    public int BestStep { get; set; }

    /// <summary>Gets or sets what the best evaluation was chosen by, or null before the first one.</summary>
    public double? BestScore { get; set; }

    /// <summary>Gets or sets the weights of the best evaluation, or null where they are the current ones.</summary>
    public float[]? BestWeights { get; set; }
}
