namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Gives each step's learning rate, as the schedules of transformers do.</summary>
internal sealed class TrainingSchedule
{
    private readonly LearningRateSchedule _kind;
    private readonly double _learningRate;
    private readonly int _totalSteps;
    private readonly int _warmupSteps;

    /// <summary>Creates the schedule of a training.</summary>
    public TrainingSchedule(LearningRateSchedule kind, float learningRate, int totalSteps, float warmupRatio)
    {
        _kind = kind;
        _learningRate = learningRate;
        _totalSteps = totalSteps;
        // As a decimal 0.1 is 0.1, and 20 steps have 2 of warm-up, not 3.
        _warmupSteps = (int)Math.Ceiling(totalSteps * (decimal)warmupRatio);
    }

    /// <summary>Gives the learning rate of a step; the first is 0, and so is its rate if there is a warm-up.</summary>
    public float LearningRate(int step)
    {
        if (step < _warmupSteps)
        {
            return (float)(_learningRate * step / _warmupSteps);
        }

        double progress = (step - _warmupSteps) / (double)Math.Max(1, _totalSteps - _warmupSteps);
        return (float)(_learningRate * _kind switch
        {
            LearningRateSchedule.Linear => 1 - progress,
            LearningRateSchedule.Cosine => 0.5 * (1 + Math.Cos(Math.PI * progress)),
            _ => 1,
        });
    }
}
