using Microsoft.ML.SentenceEmbedding.Tests;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>A step of distillation against three forward passes over the same batch: the backward part costs two of a forward part's matrix products.</summary>
internal sealed class TrainWorkload : Workload
{
    private const int Batches = 20;
    private const int BatchSize = 64;

    private readonly SentenceModel _student = SentenceModel.Default.KeepLayers(0, 3);
    private readonly DistillationOptions _options;
    private readonly SentenceEncoder _encoder;
    private readonly TrainingSession _session;
    private readonly StudentOptimizer _optimizer;
    private readonly TeacherVectorFile _vectors;
    private readonly TrainingSetBuilder _builder;
    private readonly TrainingSet _examples;
    private readonly ReadOnlyMemory<int>[] _batches;
    private readonly ReadOnlyMemory<int>[][] _ids;
    private int _step;

    /// <summary>Prepares batches of sentences; the teacher's vectors are computed now.</summary>
    public TrainWorkload(WorkloadSetting setting)
    {
        _options = new DistillationOptions { MaximumConcurrency = setting.Threads };
        _encoder = new SentenceEncoder(_student, new SentenceEncoderOptions { MaximumConcurrency = setting.Threads });
        _session = new TrainingSession(_student, dropout: 0, trainsEmbeddings: true);
        _optimizer = new StudentOptimizer(_session.Layout, _options);
        _vectors = TeacherVectorFile.CreateTemporary(Path.GetTempPath(), _student.Dimensions);
        _builder = new TrainingSetBuilder(_student, _vectors, "the benchmark's teacher");
        string[] texts = [.. CompressedText.Lines(setting.Data.SentencesPath).Take(50 * BatchSize)];
        using (var teacher = new SentenceEncoder(SentenceModel.Default))
        {
            float[][] vectors = teacher.Encode(texts);
            for (int i = 0; i < texts.Length; i++)
            {
                float[] vector = vectors[i];
                _builder.Add(texts[i], destination => vector.CopyTo(destination, 0));
            }
        }

        _examples = _builder.Build();
        var plan = new EpochPlan([.. Enumerable.Range(0, texts.Length)], row => _examples.Ids(row).Length, BatchSize, seed: 1, epoch: 0);
        _batches = [.. Enumerable.Range(0, Batches).Select(batch => plan[batch])];
        _ids = [.. _batches.Select(batch => batch.ToArray().Select(row => (ReadOnlyMemory<int>)_examples.Ids(row).ToArray()).ToArray())];
        double tokens = _ids.SelectMany(batch => batch).Average(ids => ids.Length);
        Description = $"two layers, embeddings trained, teacher vectors cached, batches of {BatchSize} sentences of {tokens:f1} tokens";
    }

    public override string Name => "train";

    public override string Description { get; }

    public override int Items => Batches * BatchSize;

    public override IReadOnlyList<Arm> Arms =>
    [
        new("three forward passes of the encoder", RunForward),
        new("training step: forward, backward, AdamW", RunTraining),
    ];

    // A step does more than the passes that it is compared with.
    public override bool IsCharted => false;

    public override void Dispose()
    {
        _encoder.Dispose();
        _session.Dispose();
        _builder.Dispose();
        _vectors.Dispose();
    }

    private void RunForward()
    {
        foreach (var batch in _ids)
        {
            for (int pass = 0; pass < 3; pass++)
            {
                _encoder.EncodeTokens(batch, CancellationToken.None);
            }
        }
    }

    private void RunTraining()
    {
        foreach (var batch in _batches)
        {
            _session.Gradient.Clear();
            _session.Accumulate(_examples, batch, 1f / (batch.Length * _student.Dimensions), default, _options.MaximumConcurrency);
            _optimizer.Step(_session.Weights, _session.Gradient, ++_step, 1e-5f);
        }
    }
}
