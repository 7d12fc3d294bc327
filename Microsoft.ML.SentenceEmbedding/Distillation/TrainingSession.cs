using System.Numerics;
using System.Runtime.ExceptionServices;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A student's weights and what computes their gradients.</summary>
/// <remarks>The weights are bound to the native session once; a step changes them in place.</remarks>
internal sealed class TrainingSession : IDisposable
{
    // A batch is computed in parts, whatever the number of threads, so that the result does not depend on it. With 17 tokens a text, one thread and two layers,
    // parts of 32 texts are the fastest: 390 texts a second, against 310 in parts of 64 (whose values leave the cache) and 294 in parts of 16.
    private const int PartSentences = 32;

    // Attention has a number for every pair of a text's places in every head, and training keeps several such tensors of every layer: parts of longer texts have
    // fewer of them. With 32 texts of 256 tokens a thread would need more than a gigabyte for two layers.
    private const int PartTokens = 2048;

    private readonly SentenceModel _student;
    private readonly float _dropout;
    private readonly bool _trainsEmbeddings;
    private readonly PoolingWeights _pooling;
    private readonly TrainingModel _model;
    private readonly InferenceSession _session;
    private readonly List<TrainingShard> _shards = [];
    private readonly string[] _weightNames;
    private readonly OrtValue[] _weightValues;

    /// <summary>Creates a session with the student's weights.</summary>
    public TrainingSession(SentenceModel student, float dropout, bool trainsEmbeddings)
    {
        _student = student;
        _dropout = dropout;
        _trainsEmbeddings = trainsEmbeddings;
        _pooling = new PoolingWeights(student);
        BertConfiguration encoder = StudentEncoder.Of(student);
        Layout = new ParameterLayout(encoder);
        Weights = new float[Layout.Size];
        foreach (var parameter in Layout.Parameters)
        {
            student.Weights.Get(parameter.Name, parameter.Shape).CopyTo(Weights.AsSpan(parameter.Offset, parameter.Length));
        }

        Gradient = new StudentGradient(Layout, trainsEmbeddings);
        _model = TrainingGraph.Build(encoder, Layout, student.Modules[^1] is NormalizeModule, trainsEmbeddings, dropout > 0);
        _session = NativeComputation.CreateSession(_model.Graph, threads: 1, reusesMemory: false);
        _weightNames = [.. Layout.Inputs.Select(parameter => parameter.Name)];
        _weightValues = [.. Layout.Inputs.Select(parameter => OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, Weights.AsMemory(parameter.Offset, parameter.Length), parameter.Shape))];
    }

    /// <summary>Gets where each tensor lies.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>Gets the weights.</summary>
    public float[] Weights { get; }

    /// <summary>Gets the sum of the gradients since it was cleared.</summary>
    public StudentGradient Gradient { get; }

    /// <summary>Adds a batch's gradients to the sum and gives its loss.</summary>
    /// <remarks>There are buffers for as many parts as threads, however large the batch is: a part's gradients are as large as the layers.</remarks>
    /// <param name="examples">The texts and the teacher's vectors.</param>
    /// <param name="rows">Which of them.</param>
    /// <param name="lossWeight">What the sum of squares counts.</param>
    /// <param name="seed">What dropout is drawn from, with the part's number.</param>
    /// <param name="threads">The number of threads.</param>
    public double Accumulate(TrainingSet examples, ReadOnlyMemory<int> rows, float lossWeight, (int Seed, int Step, int Batch) seed, int threads)
    {
        List<Range> parts = Divide(rows.Span, row => examples.Ids(row).Length);
        int together = Math.Min(parts.Count, threads);
        while (_shards.Count < together)
        {
            _shards.Add(new TrainingShard(Layout, new TrainingBatch(_student, _pooling, _model.DropoutMasks), _trainsEmbeddings));
        }

        double loss = 0;
        for (int first = 0; first < parts.Count; first += together)
        {
            var shards = _shards.GetRange(0, Math.Min(together, parts.Count - first));
            RunInParallel(shards.Count, i => Run(shards[i], first + i));
            Gradient.Add([.. shards.Select(shard => shard.Gradient)], threads);
            if (_trainsEmbeddings)
            {
                shards.ForEach(shard => Gradient.AddRows(shard.Batch.InputIds, shard.Batch.Positions, shard.RowGradients));
            }

            loss += shards.Sum(shard => (double)shard.Loss);
        }

        return loss;

        void Run(TrainingShard shard, int number)
        {
            shard.Batch.Fill(examples, rows.Span[parts[number]], lossWeight, _dropout, new RandomBits(seed.Seed, seed.Step, seed.Batch, number));
            shard.Run(_session, _weightNames, _weightValues);
        }
    }

    /// <summary>Frees what is native.</summary>
    public void Dispose()
    {
        _shards.ForEach(shard => shard.Dispose());
        foreach (var value in _weightValues)
        {
            value.Dispose();
        }

        _session.Dispose();
    }

    /// <summary>Cuts a batch into parts of about as many tokens each: a function of the texts' lengths alone. The number of parts is a power of two, which threads share evenly.</summary>
    internal static List<Range> Divide(ReadOnlySpan<int> rows, Func<int, int> length)
    {
        long total = 0;
        foreach (int row in rows)
        {
            total += length(row);
        }

        long least = Math.Max((rows.Length + PartSentences - 1) / PartSentences, (total + PartTokens - 1) / PartTokens);
        long count = (long)BitOperations.RoundUpToPowerOf2((ulong)least);
        List<Range> parts = [];
        int start = 0;
        long tokens = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            // Before the text whose middle lies behind the part's share.
            int next = length(rows[i]);
            if (i > start && (2 * tokens + next) * count > 2 * total * (parts.Count + 1))
            {
                parts.Add(start..i);
                start = i;
            }

            tokens += next;
        }

        parts.Add(start..rows.Length);
        return parts;
    }

    private static void RunInParallel(int count, Action<int> run)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = count }, run);
        }
        catch (AggregateException exception)
        {
            // The first part's error is the caller's; what the others met after it adds nothing.
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }
}
