namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The share that each token of a text has in its pooled vector, for the pooling modes that are weighted sums.</summary>
internal sealed class PoolingWeights
{
    private readonly PoolingMode _mode;
    private readonly int _skipped;

    /// <summary>Reads a student's pooling.</summary>
    /// <exception cref="NotSupportedException">The student's modules cannot be trained through; the message names the module.</exception>
    public PoolingWeights(SentenceModel student)
    {
        if (student.Modules is not [PoolingModule { Modes: [not PoolingMode.Max] } pooling, ..] || student.Modules.Skip(1).Any(module => module is not NormalizeModule))
        {
            string modules = string.Join(", ", student.Modules.Select(module => module is PoolingModule { Modes: var modes } ? $"Pooling ({string.Join(", ", modes)})" : module.GetType().Name));
            throw new NotSupportedException($"The student {student.Name} has the modules {modules}; one with a single pooling mode other than Max and at most a normalization behind it can be trained.");
        }

        if (student.Precision == ModelPrecision.Int8)
        {
            throw new NotSupportedException($"The student {student.Name} has weights of 8-bit integers; the model that it was made from can be trained, and its student quantized.");
        }

        if (student.TruncateDimensions is int dimensions)
        {
            throw new NotSupportedException($"The student {student.Name} cuts its vectors down to {dimensions} dimensions (truncate_dim); a student that does not can be trained.");
        }

        _mode = pooling.Modes[0];
        _skipped = pooling.IncludePrompt ? 0 : TokenSequences.CountPromptTokens(student, student.Prompt);
    }

    /// <summary>Writes the weights of a text's tokens over zeros.</summary>
    public void Write(Span<float> weights)
    {
        // A text never ends inside the prompt, but a short truncation may leave nothing behind it: then nothing is pooled, as in the encoder.
        int first = Math.Min(_skipped, weights.Length);
        int count = weights.Length - first;
        switch (_mode)
        {
            case PoolingMode.Cls:
                weights[Math.Min(first, weights.Length - 1)] = 1;
                break;
            case PoolingMode.LastToken:
                weights[^1] = 1;
                break;
            case PoolingMode.Mean:
                weights[first..].Fill(1f / count);
                break;
            case PoolingMode.MeanSquareRootLength:
                weights[first..].Fill(1 / MathF.Sqrt(count));
                break;
            case PoolingMode.WeightedMean:
                double sum = (first + 1 + weights.Length) * (double)count / 2;
                for (int i = first; i < weights.Length; i++)
                {
                    weights[i] = (float)((i + 1) / sum);
                }

                break;
        }
    }
}
