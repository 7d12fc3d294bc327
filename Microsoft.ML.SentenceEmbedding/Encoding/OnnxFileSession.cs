using Microsoft.ML.OnnxRuntime;
using static Microsoft.ML.SentenceEmbedding.Graphs.Onnx.TensorProto.Types;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The native session of a user's own ONNX file: ids and mask in, its output's vectors out.</summary>
internal sealed class OnnxFileSession : IDisposable
{
    private readonly OnnxConfiguration _configuration;
    private readonly string _fileName;
    private readonly int _threads;
    private readonly InferenceSession _session;
    private readonly (string Name, DataType Type)[] _inputs;
    private readonly string[] _inputNames;

    /// <summary>Makes the session.</summary>
    /// <param name="model">A model whose encoder is an ONNX file.</param>
    /// <param name="configuration">The encoder.</param>
    /// <param name="threads">The number of threads that compute a run together.</param>
    /// <param name="create">Makes a session of a serialized ONNX model.</param>
    /// <exception cref="InvalidDataException">ONNX Runtime does not take the file.</exception>
    public OnnxFileSession(SentenceModel model, OnnxConfiguration configuration, int threads, Func<OnnxGraph, InferenceSession> create)
    {
        _configuration = configuration;
        _threads = threads;
        _inputs = [(SentenceGraph.InputIds, configuration.InputIds), (SentenceGraph.AttentionMask, configuration.AttentionMask)];
        if (configuration.TokenTypeIds is { } tokenTypes)
        {
            _inputs = [.. _inputs, (OnnxReader.TokenTypeIds, tokenTypes)];
        }

        _inputNames = [.. _inputs.Select(input => input.Name)];
        ModelFile file = model.Files.First(file => file.RelativePath == configuration.Path);
        _fileName = file.Name;
        byte[] bytes = new byte[file.Length];
        file.CopyTo(new MemoryStream(bytes));
        try
        {
            _session = create(new OnnxGraph(bytes, WeightsFolder: null));
        }
        catch (OnnxRuntimeException exception)
        {
            throw Error("cannot be loaded by ONNX Runtime", exception);
        }
    }

    /// <summary>Gives how many numbers a run gives.</summary>
    /// <param name="shape">[batch, sequence].</param>
    public int OutputLength(long[] shape) => checked((int)(shape[0] * (_configuration.GivesTokenVectors ? shape[1] : 1) * _configuration.HiddenSize));

    /// <summary>Runs the file over a batch.</summary>
    /// <param name="ids">The token ids.</param>
    /// <param name="mask">1 for a token and 0 for padding.</param>
    /// <param name="shape">[batch, sequence], that of ids and mask.</param>
    /// <param name="destination">Receives the output, as many numbers as <see cref="OutputLength"/> says.</param>
    /// <param name="cancellationToken">Ends the wait for a free core.</param>
    /// <exception cref="InvalidDataException">The file's graph cannot compute the batch, or gives something else than it declares.</exception>
    public void Run(Memory<long> ids, Memory<long> mask, long[] shape, Memory<float> destination, CancellationToken cancellationToken)
    {
        long[] outputShape = _configuration.GivesTokenVectors ? [.. shape, _configuration.HiddenSize] : [shape[0], _configuration.HiddenSize];
        var values = new List<OrtValue>(_inputs.Length);
        try
        {
            foreach ((string name, DataType type) in _inputs)
            {
                Memory<long> input = name switch
                {
                    SentenceGraph.InputIds => ids,
                    SentenceGraph.AttentionMask => mask,
                    _ => new long[ids.Length],
                };
                values.Add(CreateValue(input, type, shape));
            }

            using var output = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, destination, outputShape);
            NativeComputation.Run(_session, _threads, _inputNames, values, [_configuration.Output], [output], cancellationToken);
        }
        catch (OnnxRuntimeException exception)
        {
            throw Error($"cannot be computed for {shape[0]} texts of at most {shape[1]} tokens, or its output '{_configuration.Output}' has not the shape [{string.Join(", ", outputShape)}]", exception);
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static OrtValue CreateValue(Memory<long> values, DataType type, long[] shape) => type == DataType.Int64
        ? OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, values, shape)
        : OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, Array.ConvertAll(values.ToArray(), value => (int)value).AsMemory(), shape);

    private InvalidDataException Error(string problem, OnnxRuntimeException exception) =>
        new($"{_fileName} {problem}: {Excerpt.Of(exception.Message, 300)}", exception);
}
