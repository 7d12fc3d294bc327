using System.Numerics.Tensors;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Judges a student's weights: the evaluators, and the loss on the texts that were held back.</summary>
internal sealed class StudentValidation
{
    private readonly SentenceModel _student;
    private readonly DistillationOptions _options;
    private readonly TrainingSet _examples;
    private readonly int[] _rows;

    /// <summary>Creates a judge.</summary>
    public StudentValidation(SentenceModel student, DistillationOptions options, TrainingSet examples, int[] rows)
    {
        _student = student;
        _options = options;
        _examples = examples;
        _rows = rows;
    }

    /// <summary>Makes a model of weights.</summary>
    public SentenceModel StudentWith(ParameterLayout layout, float[] weights) => _student.With(
        layout.Parameters.ToDictionary(parameter => parameter.Name, parameter => (ReadOnlyMemory<float>)weights.AsMemory(parameter.Offset, parameter.Length)),
        WeightPrecision.Float32,
        _student.Name);

    /// <summary>Gives the evaluators' metrics and the validation loss, null where no texts are held back.</summary>
    /// <exception cref="OperationCanceledException">The training was canceled.</exception>
    public (IReadOnlyList<SentenceMetrics> Metrics, double? Loss) Evaluate(ParameterLayout layout, float[] weights)
    {
        if (_options.Evaluators.Count == 0 && _rows.Length == 0)
        {
            return ([], null);
        }

        using var encoder = new SentenceEncoder(StudentWith(layout, weights), new SentenceEncoderOptions { MaximumConcurrency = _options.MaximumConcurrency });
        var source = new RememberingEmbeddingSource(new EncoderEmbeddingSource(encoder));
        SentenceMetrics[] metrics = [.. _options.Evaluators.Select(evaluator => evaluator.Evaluate(source, _options.CancellationToken))];
        return (metrics, _rows.Length == 0 ? null : Loss(encoder));
    }

    private double Loss(SentenceEncoder encoder)
    {
        float[] teacher = new float[_examples.Dimensions];
        double sum = 0;
        foreach (int[] rows in _rows.Chunk(1024))
        {
            float[][] vectors = encoder.EncodeTokens([.. rows.Select(row => (ReadOnlyMemory<int>)_examples.Ids(row).ToArray())], _options.CancellationToken);
            for (int i = 0; i < rows.Length; i++)
            {
                _examples.CopyTeacher(rows[i], teacher);
                float distance = TensorPrimitives.Distance<float>(vectors[i], teacher);
                sum += (double)distance * distance;
            }
        }

        return sum / ((double)_rows.Length * _examples.Dimensions);
    }
}
