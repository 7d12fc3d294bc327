using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class TrainerTests
{
    private const int RowCount = 600;

    // The model's weights are random, but the classes have no word in common; guessing would give 0.33.
    private const double LowestAccuracy = 0.8;

    private static readonly SentenceModel Model = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));

    private readonly MLContext _mlContext = new(seed: 1);
    private readonly IDataView _data;

    public TrainerTests() => _data = _mlContext.Data.LoadFromEnumerable(TextData.CreateRows(RowCount));

    [TestMethod]
    public void SdcaMaximumEntropy_computes_each_text_once() => TrainClassifier(_mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy());

    [TestMethod]
    public void LbfgsMaximumEntropy_computes_each_text_once() => TrainClassifier(_mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy());

    [TestMethod]
    public void LightGbm_computes_each_text_once() => TrainClassifier(_mlContext.MulticlassClassification.Trainers.LightGbm());

    [TestMethod]
    public void OneVersusAll_computes_each_text_once() =>
        TrainClassifier(_mlContext.MulticlassClassification.Trainers.OneVersusAll(_mlContext.BinaryClassification.Trainers.AveragedPerceptron()));

    [TestMethod]
    public void KMeans_computes_each_text_once()
    {
        SentenceEmbeddingEstimator embedding = CreateEmbedding();
        TransformerChain<ITransformer> model = Chain(embedding, _mlContext.Clustering.Trainers.KMeans(numberOfClusters: 3)).Fit(_data);

        ClusteringMetrics metrics = _mlContext.Clustering.Evaluate(model.Transform(_data), labelColumnName: "Label", featureColumnName: "Features");

        Assert.IsTrue(metrics.AverageDistance > 0);
        Assert.AreEqual(RowCount, CountComputed(model));
    }

    [TestMethod]
    public void CrossValidate_computes_each_text_once()
    {
        var results = _mlContext.MulticlassClassification.CrossValidate(
            _data, Chain(CreateEmbedding(), _mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy()), numberOfFolds: 3);

        Assert.AreEqual(3, results.Count);
        Assert.IsTrue(results.Average(fold => fold.Metrics.MicroAccuracy) > LowestAccuracy);
        Assert.AreEqual(RowCount, results.Sum(fold => CountComputed((TransformerChain<ITransformer>)fold.Model)));
    }

    [TestMethod]
    public void Trained_chain_is_saved_and_loaded_with_its_trainer()
    {
        TransformerChain<ITransformer> model = Chain(CreateEmbedding(), _mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy()).Fit(_data);
        using var stream = new MemoryStream();
        _mlContext.Model.Save(model, _data.Schema, stream);
        stream.Position = 0;

        ITransformer loaded = new MLContext().Model.Load(stream, out _);

        CollectionAssert.AreEqual(
            model.Transform(_data).GetColumn<uint>("PredictedLabel").ToArray(), loaded.Transform(_data).GetColumn<uint>("PredictedLabel").ToArray());
    }

    private void TrainClassifier(IEstimator<ITransformer> trainer)
    {
        TransformerChain<ITransformer> model = Chain(CreateEmbedding(), trainer).Fit(_data);

        MulticlassClassificationMetrics metrics = _mlContext.MulticlassClassification.Evaluate(model.Transform(_data));

        Assert.IsTrue(metrics.MicroAccuracy > LowestAccuracy, $"The accuracy is {metrics.MicroAccuracy}.");
        Assert.AreEqual(RowCount, CountComputed(model));
    }

    private SentenceEmbeddingEstimator CreateEmbedding() => _mlContext.Transforms.SentenceEmbedding("Features", "Text", Model);

    private EstimatorChain<ITransformer> Chain(SentenceEmbeddingEstimator embedding, IEstimator<ITransformer> trainer) =>
        new EstimatorChain<ITransformer>()
            .Append<ITransformer>(_mlContext.Transforms.Conversion.MapValueToKey("Label"))
            .Append<ITransformer>(embedding)
            .Append(trainer);

    private static long CountComputed(TransformerChain<ITransformer> model) => model.OfType<SentenceEmbeddingTransformer>().Sum(transformer => transformer.ComputedRows);
}
