using System.Numerics.Tensors;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>Token sequences in, the vectors of a model of a published size out: what planning the batches gains with its graph.</summary>
internal sealed class ArchitectureWorkload : Workload
{
    // One batch in input order, short and long texts in it.
    private const int CheckedTexts = 32;

    // Enough for each kind of layer: ModernBERT's first looks at all tokens, its second at a window.
    private const int QuickLayers = 2;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("benchmark-model-");
    private readonly SentenceModel _model;
    private readonly InputOrderGraph _graph;
    private readonly SentenceEncoder _encoder;
    private readonly ReadOnlyMemory<int>[] _sequences;

    /// <summary>Writes and loads the model, and checks the vectors of the arms against each other.</summary>
    public ArchitectureWorkload(RandomModel published, WorkloadSetting setting)
    {
        RandomModel model = setting.IsQuick ? published with { Layers = QuickLayers } : published;
        TokenizedText[] texts = setting.Data.Mixed(setting.Scale(128));
        _sequences = [.. texts.Select(text => (ReadOnlyMemory<int>)text.Ids)];
        model.Write(_directory.FullName);
        _model = SentenceModel.Load(_directory.FullName);
        _graph = new InputOrderGraph(_model, setting.Threads);
        _encoder = new SentenceEncoder(_model, new SentenceEncoderOptions { MaximumConcurrency = setting.Threads });
        Name = model.Name;
        Description = $"{_model.Encoder.ArchitectureName}, {model.Layers} layers, {model.HiddenSize} dimensions, {model.VocabularySize:n0} words, random weights; "
            + $"{texts.Length:n0} texts, three sentences to one abstract, {texts.Average(text => text.Ids.Length):f0} tokens on average, tokenized before";
        Arms =
        [
            new("our graph, batches of 32 in input order", () => _graph.Encode(_sequences)),
            new("SentenceEncoder", () => _encoder.EncodeTokens(_sequences, CancellationToken.None), Agreement()),
        ];
    }

    public override string Name { get; }

    public override string Description { get; }

    public override int Items => _sequences.Length;

    public override IReadOnlyList<Arm> Arms { get; }

    // A run takes long enough to be steady.
    public override int Rounds => 3;

    public override string AgreementName => "smallest cosine with input order";

    public override void Dispose()
    {
        _encoder.Dispose();
        _graph.Dispose();

        // Not every system deletes a file that is mapped.
        foreach (ModelFile file in _model.Files)
        {
            file.Close();
        }

        _directory.Delete(recursive: true);
    }

    private double Agreement()
    {
        ReadOnlyMemory<int>[] sequences = _sequences[..Math.Min(CheckedTexts, _sequences.Length)];
        double smallest = _graph.Encode(sequences)
            .Zip(_encoder.EncodeTokens(sequences, CancellationToken.None), (first, second) => (double)TensorPrimitives.CosineSimilarity(first, second))
            .Min();
        return smallest >= Peer.ExactCosine
            ? smallest
            : throw new InvalidDataException($"The vectors of the arms of '{Name}' have the cosine {smallest}; at least {Peer.ExactCosine} was expected.");
    }
}
