namespace Microsoft.ML.SentenceEmbedding;

/// <summary>How a student is trained to give its teacher's vectors: mean squared error, AdamW with gradient clipping, and a learning rate with warm-up.</summary>
/// <remarks>The defaults are the recipe of the model card that this library follows; the card's student was trained with a dropout of 0.1, which costs quality here.</remarks>
public sealed class DistillationOptions
{
    private int _epochs = 1;
    private int _batchSize = 64;
    private int _gradientAccumulationSteps = 1;
    private float _learningRate = 1e-4f;
    private LearningRateSchedule _schedule = LearningRateSchedule.Linear;
    private float _warmupRatio = 0.1f;
    private float _weightDecay;
    private float _maximumGradientNorm = 1;
    private float _dropout;
    private int _evaluationSteps = 1000;
    private float _validationFraction;
    private string? _checkpointDirectory;
    private int _checkpointSteps = 500;
    private int _maximumConcurrency = Environment.ProcessorCount;
    private IReadOnlyList<ISentenceEvaluator> _evaluators = [];

    /// <summary>Gets or sets how many times every text is used. The default is 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int Epochs
    {
        get => _epochs;
        set => _epochs = AtLeast(value, 1);
    }

    /// <summary>Gets or sets the number of texts whose gradients are computed together. The default is 64.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int BatchSize
    {
        get => _batchSize;
        set => _batchSize = AtLeast(value, 1);
    }

    /// <summary>Gets or sets how many batches' gradients make one step. The default is 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int GradientAccumulationSteps
    {
        get => _gradientAccumulationSteps;
        set => _gradientAccumulationSteps = AtLeast(value, 1);
    }

    /// <summary>Gets or sets the highest learning rate, reached at the end of the warm-up. The default is 1e-4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or infinite.</exception>
    public float LearningRate
    {
        get => _learningRate;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, 0);
            _learningRate = Within(value, 0, float.MaxValue);
        }
    }

    /// <summary>Gets or sets how the learning rate falls after the warm-up. The default is linearly, to 0 at the end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such schedule.</exception>
    public LearningRateSchedule Schedule
    {
        get => _schedule;
        set => _schedule = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "There is no such schedule.");
    }

    /// <summary>Gets or sets the part of all steps in which the learning rate rises. The default is 0.1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not within 0 and 1.</exception>
    public float WarmupRatio
    {
        get => _warmupRatio;
        set => _warmupRatio = Within(value, 0, 1);
    }

    /// <summary>Gets or sets AdamW's weight decay, of all weights as torch.optim.AdamW has it. The default is 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not within 0 and 1.</exception>
    public float WeightDecay
    {
        get => _weightDecay;
        set => _weightDecay = Within(value, 0, 1);
    }

    /// <summary>Gets or sets the length to which longer gradients are cut, over all weights; infinite for none. The default is 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0.</exception>
    public float MaximumGradientNorm
    {
        get => _maximumGradientNorm;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, 0);
            _maximumGradientNorm = float.IsNaN(value) ? Within(value, 0, 1) : value;
        }
    }

    /// <summary>Gets or sets the probability with which numbers inside the encoder are dropped while it is trained. The default is 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not within 0 and 0.9.</exception>
    public float Dropout
    {
        get => _dropout;
        set => _dropout = Within(value, 0, 0.9f);
    }

    /// <summary>Gets or sets a value indicating whether the embeddings of words, positions, and types stay as they are. The default is false.</summary>
    public bool FreezeEmbeddings { get; set; }

    /// <summary>Gets or sets what the order of the texts, the validation texts, and dropout are drawn from. The default is 0.</summary>
    public int Seed { get; set; }

    /// <summary>Gets or sets the number of steps between two evaluations; the first one is before the first step, the last one after the last. The default is 1,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int EvaluationSteps
    {
        get => _evaluationSteps;
        set => _evaluationSteps = AtLeast(value, 1);
    }

    /// <summary>Gets or sets what judges the student while it is trained. The first one's primary metric says which state is the best; without any, the validation loss does. The list is copied.</summary>
    /// <exception cref="ArgumentException">An evaluator is null, or two have the same name.</exception>
    public IReadOnlyList<ISentenceEvaluator> Evaluators
    {
        get => _evaluators;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var evaluator in value)
            {
                if (evaluator is null || !names.Add(evaluator.Name))
                {
                    throw new ArgumentException(evaluator is null ? "An evaluator is null." : $"Two evaluators have the name '{evaluator.Name}'.", nameof(value));
                }
            }

            _evaluators = [.. value];
        }
    }

    /// <summary>Gets or sets the part of the texts that is not trained on but gives the validation loss. The default is 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not within 0 and 0.5.</exception>
    public float ValidationFraction
    {
        get => _validationFraction;
        set => _validationFraction = Within(value, 0, 0.5f);
    }

    /// <summary>Gets or sets a value indicating whether the result is the best state that was evaluated, and not the last. The default is true.</summary>
    public bool LoadBestAtEnd { get; set; } = true;

    /// <summary>Gets or sets the directory in which the state of the training is kept, or null, the default, for none. A training that was ended there at any moment goes on from its last checkpoint to the same result.</summary>
    /// <exception cref="ArgumentException">The value is empty.</exception>
    public string? CheckpointDirectory
    {
        get => _checkpointDirectory;
        set => _checkpointDirectory = value is null || !string.IsNullOrWhiteSpace(value) ? value : throw new ArgumentException("The directory's path is empty; null stands for none.", nameof(value));
    }

    /// <summary>Gets or sets the number of steps between two checkpoints. The default is 500.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int CheckpointSteps
    {
        get => _checkpointSteps;
        set => _checkpointSteps = AtLeast(value, 1);
    }

    /// <summary>Gets or sets the number of threads; each computes 32 texts of a batch at a time, or fewer long ones, so that a batch of 64 keeps two of them busy. The default is the number of processors. The result does not depend on it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int MaximumConcurrency
    {
        get => _maximumConcurrency;
        set => _maximumConcurrency = AtLeast(value, 1);
    }

    /// <summary>Gets or sets what is told after every step, on the training thread, or null, the default.</summary>
    public IProgress<DistillationProgress>? Progress { get; set; }

    /// <summary>Gets or sets what ends the training early. The result is then the best state so far; with a checkpoint directory the training can go on later.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>Gives a copy, which later changes of these options do not reach.</summary>
    internal DistillationOptions Clone() => (DistillationOptions)MemberwiseClone();

    private static int AtLeast(int value, int minimum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, minimum);
        return value;
    }

    private static float Within(float value, float minimum, float maximum)
        => value >= minimum && value <= maximum ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"The value must be within {minimum} and {maximum}.");
}
