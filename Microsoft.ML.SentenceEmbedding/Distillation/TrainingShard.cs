using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A part of a batch that one thread computes, with the buffers for its gradients.</summary>
internal sealed class TrainingShard : IDisposable
{
    private readonly int _width;
    private readonly float[] _loss = new float[1];
    private readonly List<string> _outputNames = [TrainingGraph.Loss];
    private readonly List<OrtValue> _outputs = [];
    private readonly bool _trainsEmbeddings;
    private float[] _rowGradients = [];

    /// <summary>Creates buffers for a student's gradients.</summary>
    public TrainingShard(ParameterLayout layout, TrainingBatch batch, bool trainsEmbeddings)
    {
        _width = layout.Width;
        _trainsEmbeddings = trainsEmbeddings;
        Batch = batch;
        Gradient = new float[trainsEmbeddings ? layout.TokenTypes.Offset : layout.LayersEnd];
        _outputs.Add(OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _loss.AsMemory(), [1]));
        foreach (var parameter in layout.Inputs.Where(parameter => parameter.End <= Gradient.Length))
        {
            _outputNames.Add(TrainingGraph.Gradient(parameter.Name));
            _outputs.Add(OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, Gradient.AsMemory(parameter.Offset, parameter.Length), parameter.Shape));
        }
    }

    /// <summary>Gets the texts.</summary>
    public TrainingBatch Batch { get; }

    /// <summary>Gets the weighted loss of the last run.</summary>
    public float Loss => _loss[0];

    /// <summary>Gets the gradients of the last run, in the layout of the weights without the tables.</summary>
    public float[] Gradient { get; }

    /// <summary>Gets the gradients of the last run's token rows, [tokens, hidden]; nothing where the embeddings are frozen.</summary>
    public ReadOnlySpan<float> RowGradients => _trainsEmbeddings ? _rowGradients.AsSpan(0, Batch.Tokens * _width) : [];

    /// <summary>Computes loss and gradients.</summary>
    /// <param name="session">The training graph.</param>
    /// <param name="weightNames">The names of the weights' inputs.</param>
    /// <param name="weights">The weights.</param>
    public void Run(InferenceSession session, IReadOnlyList<string> weightNames, IReadOnlyList<OrtValue> weights)
    {
        List<string> inputNames = [];
        List<OrtValue> inputs = [];
        try
        {
            Batch.AddInputs(inputNames, inputs);
            if (!_trainsEmbeddings)
            {
                NativeComputation.Run(session, threads: 1, [.. inputNames, .. weightNames], [.. inputs, .. weights], _outputNames, _outputs, CancellationToken.None);
                return;
            }

            int length = Batch.Tokens * _width;
            if (_rowGradients.Length < length)
            {
                _rowGradients = new float[length];
            }

            using var rows = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _rowGradients.AsMemory(0, length), [Batch.Tokens, _width]);
            NativeComputation.Run(
                session, threads: 1, [.. inputNames, .. weightNames], [.. inputs, .. weights], [.. _outputNames, TrainingGraph.RowGradients], [.. _outputs, rows], CancellationToken.None);
        }
        finally
        {
            inputs.ForEach(value => value.Dispose());
        }
    }

    /// <summary>Frees what is native.</summary>
    public void Dispose() => _outputs.ForEach(value => value.Dispose());
}
