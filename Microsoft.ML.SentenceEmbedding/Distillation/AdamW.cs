using System.Numerics.Tensors;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The optimizer: Adam with decoupled weight decay (Loshchilov and Hutter, 2019), as torch.optim.AdamW computes it, over flat buffers.</summary>
/// <remarks>The numbers are handled in blocks that fit into a core's cache; the result does not depend on how many threads share the blocks.</remarks>
internal sealed class AdamW
{
    private const double FirstDecay = 0.9;
    private const double SecondDecay = 0.999;
    private const float Epsilon = 1e-8f;

    // Added to the gradient's length before it is divided by, as torch.nn.utils.clip_grad_norm_ does.
    private const float NormEpsilon = 1e-6f;

    private const int BlockLength = 4096;

    private readonly float _weightDecay;

    /// <summary>Creates an optimizer for some weights; it begins with moments of 0.</summary>
    public AdamW(int size, float weightDecay)
    {
        FirstMoments = new float[size];
        SecondMoments = new float[size];
        _weightDecay = weightDecay;
    }

    /// <summary>Gets the running means of the gradients.</summary>
    public float[] FirstMoments { get; }

    /// <summary>Gets the running means of the gradients' squares.</summary>
    public float[] SecondMoments { get; }

    /// <summary>Gives the length of a gradient that consists of several ranges of a buffer.</summary>
    public static double Norm(float[] gradient, IReadOnlyList<Range> ranges, int threads)
    {
        // A block's sum is taken in float32, as torch takes a tensor's; the blocks' sums are added up in order.
        double[] sums = new double[ranges.Count];
        Parallel.For(0, ranges.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
        {
            var numbers = gradient.AsSpan(ranges[i]);
            for (int start = 0; start < numbers.Length; start += BlockLength)
            {
                sums[i] += TensorPrimitives.SumOfSquares<float>(numbers.Slice(start, Math.Min(BlockLength, numbers.Length - start)));
            }
        });
        return Math.Sqrt(sums.Sum());
    }

    /// <summary>Gives what a gradient is multiplied by so that it gets no longer than allowed.</summary>
    public static float ClipFactor(double norm, float maximumNorm) => (float)Math.Min(1, maximumNorm / (norm + NormEpsilon));

    /// <summary>Makes a step.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="gradient">Their gradient.</param>
    /// <param name="factor">What the gradient is multiplied by.</param>
    /// <param name="step">The number of this step; the first is 1.</param>
    /// <param name="learningRate">The step's learning rate.</param>
    /// <param name="ranges">What moves: everything else has had no gradient since the start and does not decay.</param>
    /// <param name="threads">The number of threads.</param>
    public void Step(float[] weights, float[] gradient, float factor, int step, float learningRate, IReadOnlyList<Range> ranges, int threads)
    {
        var scale = new StepScale(
            factor,
            Decay: 1 - learningRate * _weightDecay,
            Rate: (float)(learningRate / (1 - Math.Pow(FirstDecay, step))),
            Correction: (float)Math.Sqrt(1 - Math.Pow(SecondDecay, step)));
        Parallel.For(0, ranges.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
        {
            (int start, int length) = ranges[i].GetOffsetAndLength(weights.Length);
            for (int end = start + length; start < end; start += BlockLength)
            {
                int count = Math.Min(BlockLength, end - start);
                Step(weights.AsSpan(start, count), gradient.AsSpan(start, count), FirstMoments.AsSpan(start, count), SecondMoments.AsSpan(start, count), scale);
            }
        });
    }

    private static void Step(Span<float> weights, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second, StepScale scale)
    {
        Span<float> clipped = stackalloc float[gradient.Length];
        TensorPrimitives.Multiply(gradient, scale.Factor, clipped);

        // first += (g - first) (1 - 0.9); second = 0.999 second + (1 - 0.999) g²
        Span<float> move = stackalloc float[gradient.Length];
        TensorPrimitives.Subtract(clipped, first, move);
        TensorPrimitives.MultiplyAdd(move, (float)(1 - FirstDecay), first, first);
        TensorPrimitives.Multiply(clipped, clipped, clipped);
        TensorPrimitives.Multiply(clipped, (float)(1 - SecondDecay), clipped);
        TensorPrimitives.MultiplyAdd(second, (float)SecondDecay, clipped, second);

        // w -= rate first / (sqrt(second) / correction + epsilon)
        TensorPrimitives.Sqrt(second, move);
        TensorPrimitives.Divide(move, scale.Correction, move);
        TensorPrimitives.Add(move, Epsilon, move);
        TensorPrimitives.Divide(first, move, move);
        if (scale.Decay != 1)
        {
            TensorPrimitives.Multiply(weights, scale.Decay, weights);
        }

        TensorPrimitives.MultiplyAdd(move, -scale.Rate, weights, weights);
    }

    /// <summary>The numbers of a step that are the same for all weights.</summary>
    private readonly record struct StepScale(float Factor, float Decay, float Rate, float Correction);
}
