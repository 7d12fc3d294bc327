using System.Globalization;
using System.Numerics.Tensors;
using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Models in 8-bit integers against the same models in single precision.</summary>
[TestClass]
public sealed class SentenceModelQuantizationTests
{
    private const double MeanCosine = 0.998;
    private const double SmallestCosine = 0.99;
    private const double CosineInBatch = 0.99999;
    private const double CorrelationTolerance = 0.002;

    // Vectors of 32 numbers from layers of 32 channels: rounding averages out less than in real models.
    private const double SmallestTinyCosine = 0.99;

    private static readonly SentenceModel Small = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));

    [TestMethod]
    public void Vectors_are_close_to_Pythons()
    {
        using var encoder = new SentenceEncoder(SentenceModel.Default.Quantize());

        float[][] vectors = encoder.Encode(ReferenceEmbeddings.Texts);

        double[] cosines = [.. vectors.Select((vector, i) => (double)TensorPrimitives.CosineSimilarity(vector, ReferenceEmbeddings.Vector(i)))];
        ParityReport.Add($"all-MiniLM-L6-v2 in int8, vectors against Python's: {cosines.Length} texts, cosine {cosines.Average():f5} in the mean, {cosines.Min():f5} at least");
        Assert.IsGreaterThan(MeanCosine, cosines.Average());
        Assert.IsGreaterThan(SmallestCosine, cosines.Min());
    }

    [TestMethod]
    public void A_vector_does_not_depend_on_the_batch()
    {
        using var encoder = new SentenceEncoder(SentenceModel.Default.Quantize());
        string[] texts = [.. ReferenceEmbeddings.Texts.Take(200)];

        float[][] together = encoder.Encode(texts);

        double smallest = texts.Select((text, i) => (double)TensorPrimitives.CosineSimilarity<float>(encoder.Encode(text), together[i])).Min();
        ParityReport.Add($"all-MiniLM-L6-v2 in int8, alone against in a batch: {texts.Length} texts, cosine {smallest:f7} at least");
        Assert.IsGreaterThan(CosineInBatch, smallest);
    }

    [TestMethod]
    [DataRow("dev")]
    [DataRow("test")]
    public void Correlations_on_the_semantic_textual_similarity_benchmark_are_those_of_single_precision(string split)
    {
        var rows = CommaSeparated.Read(SharedData.Require($"data/stsb/stsb-en-{split}.csv"));
        var evaluator = new EmbeddingSimilarityEvaluator(
            $"sts-{split}", [.. rows.Select(row => row[0])], [.. rows.Select(row => row[1])], [.. rows.Select(row => double.Parse(row[2], CultureInfo.InvariantCulture))]);
        using var singles = new SentenceEncoder(SentenceModel.Default);
        using var integers = new SentenceEncoder(SentenceModel.Default.Quantize());

        double expected = evaluator.Evaluate(singles).PrimaryValue;
        double actual = evaluator.Evaluate(integers).PrimaryValue;

        ParityReport.Add($"all-MiniLM-L6-v2 in int8, STS-B {split}: spearman {actual:f4}, in single precision {expected:f4}");
        Assert.IsLessThanOrEqualTo(CorrelationTolerance, Math.Abs(expected - actual));
    }

    [TestMethod]
    [DynamicData(nameof(TinyModels.RowsWithBertLayers), typeof(TinyModels))]
    public void Every_model_of_BERTs_layers_can_be_quantized(string name)
    {
        SentenceModel model = SentenceModel.Load(TinyModels.Directory(name));

        SentenceModel quantized = model.Quantize();

        Assert.AreEqual(ModelPrecision.Float32, model.Precision);
        Assert.AreEqual(ModelPrecision.Int8, quantized.Precision);
        Assert.AreEqual(model.Name + "-int8", quantized.Name);
        float[][] expected = ModelComparison.Encode(model);
        float[][] actual = ModelComparison.Encode(quantized);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.IsGreaterThan(SmallestTinyCosine, TensorPrimitives.CosineSimilarity<float>(expected[i], actual[i]), $"text {i}");
        }
    }

    [TestMethod]
    public void A_saved_directory_gives_the_same_vectors()
    {
        SentenceModel quantized = Small.Quantize();
        string directory = TemporaryFiles.CreatePath();

        quantized.Save(directory);

        SentenceModel loaded = SentenceModel.Load(directory);
        Assert.AreEqual(ModelPrecision.Int8, loaded.Precision);
        ModelComparison.AssertSameVectors(quantized, loaded);
        Assert.IsLessThan(Size(Small), Size(loaded));
    }

    [TestMethod]
    public void A_saved_pipeline_gives_the_same_vectors()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView data = mlContext.Data.LoadFromEnumerable(TextData.CreateRows(3));
        var transformer = mlContext.Transforms.SentenceEmbedding("Features", "Text", Small.Quantize()).Fit(data);
        using var stream = new MemoryStream();

        mlContext.Model.Save(transformer, data.Schema, stream);
        stream.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(stream, out _);

        Assert.AreEqual(ModelPrecision.Int8, ((SentenceEmbeddingTransformer)loaded).Model.Precision);
        float[][] expected = [.. transformer.Transform(data).GetColumn<float[]>("Features")];
        float[][] actual = [.. loaded.Transform(data).GetColumn<float[]>("Features")];
        for (int i = 0; i < expected.Length; i++)
        {
            CollectionAssert.AreEqual(expected[i], actual[i]);
        }
    }

    [TestMethod]
    public void The_estimators_option_quantizes_the_model()
    {
        var transforms = new MLContext(seed: 1).Transforms;
        IDataView data = new MLContext().Data.LoadFromEnumerable(TextData.CreateRows(1));

        var integers = transforms.SentenceEmbedding(new SentenceEmbeddingEstimator.Options { OutputColumnName = "Features", InputColumnName = "Text", Model = Small, Precision = ModelPrecision.Int8 });
        var unchanged = transforms.SentenceEmbedding(new SentenceEmbeddingEstimator.Options { OutputColumnName = "Features", InputColumnName = "Text", Model = Small.Quantize() });

        Assert.AreSame(Small.Quantize(), integers.Fit(data).Model);
        Assert.AreSame(Small.Quantize(), unchanged.Fit(data).Model);
        var refused = new SentenceEmbeddingEstimator.Options { OutputColumnName = "Features", Model = Small.Quantize(), Precision = ModelPrecision.Float32 };
        Assert.Contains("8-bit integers already", Assert.ThrowsExactly<ArgumentException>(() => transforms.SentenceEmbedding(refused)).Message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => refused.Precision = (ModelPrecision)9);
    }

    [TestMethod]
    public void Layers_of_a_quantized_model_are_those_of_the_model()
    {
        SentenceModel expected = Small.Quantize();

        SentenceModel kept = expected.KeepLayers([.. Enumerable.Range(0, expected.Layers)]);

        ModelComparison.AssertSameVectors(expected, kept);
    }

    [TestMethod]
    public void The_same_model_is_quantized_once()
    {
        SentenceModel quantized = Small.Quantize();

        Assert.AreSame(quantized, Small.Quantize());
        Assert.AreSame(quantized, quantized.Quantize());
    }

    [TestMethod]
    public void Texts_of_the_caller_decide_the_smoothing()
    {
        SentenceModel quantized = Small.Quantize(["Only this sentence."]);

        const string Smoothing = "encoder.layer.0.attention.self.input_smoothing";
        Assert.AreNotSame(Small.Quantize(), quantized);
        CollectionAssert.AreNotEqual(
            Small.Quantize().Weights.Get(Smoothing, Small.Encoder.HiddenSize).ToSingle(), quantized.Weights.Get(Smoothing, Small.Encoder.HiddenSize).ToSingle());
    }

    [TestMethod]
    public void Wrong_texts_are_refused()
    {
        Assert.ThrowsExactly<ArgumentNullException>(() => SentenceModelQuantization.Quantize(null!));
        Assert.AreEqual("calibrationTexts", Assert.ThrowsExactly<ArgumentException>(() => Small.Quantize([])).ParamName);
        Assert.AreEqual("calibrationTexts", Assert.ThrowsExactly<ArgumentException>(() => Small.Quantize(["a", null!])).ParamName);
    }

    [TestMethod]
    public void Integers_are_neither_converted_nor_trained()
    {
        SentenceModel quantized = Small.Quantize();
        string directory = TemporaryFiles.CreatePath();

        Assert.Contains("8-bit integers", Assert.ThrowsExactly<NotSupportedException>(() => quantized.Save(directory, WeightPrecision.Float32)).Message);
        Assert.IsFalse(Directory.Exists(directory));
        Assert.Contains("8-bit integers", Assert.ThrowsExactly<NotSupportedException>(() => new PoolingWeights(quantized)).Message);
    }

    private static long Size(SentenceModel model) => model.Files.Sum(file => file.Length);
}
