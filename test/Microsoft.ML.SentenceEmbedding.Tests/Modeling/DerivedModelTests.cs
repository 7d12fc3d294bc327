using System.Text;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class DerivedModelTests
{
    private const string Weight = "encoder.layer.0.output.LayerNorm.weight";

    private static readonly Dictionary<string, ReadOnlyMemory<float>> None = [];

    [TestMethod]
    public void Given_weights_replace_the_models_and_the_others_stay()
    {
        SentenceModel model = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));
        float[] values = [.. Enumerable.Range(0, model.Encoder.HiddenSize).Select(index => 0.1f * index)];

        SentenceModel changed = model.With(new Dictionary<string, ReadOnlyMemory<float>> { [Weight] = values }, WeightPrecision.Float32, "changed");

        Assert.AreEqual("changed", changed.Name);
        CollectionAssert.AreEqual(values, changed.Weights.Get(Weight, values.Length).ToSingle());
        foreach (string name in model.Weights.Names.Where(name => name != Weight && changed.Weights.Names.Contains(name)))
        {
            ModelComparison.AssertSameTensor(model, name, changed, name);
        }

        CollectionAssert.AreNotEqual(ModelComparison.Encode(model)[0], ModelComparison.Encode(changed)[0]);
    }

    [TestMethod]
    public void Precision_is_that_of_all_weights_and_of_the_configuration()
    {
        SentenceModel model = SentenceModel.Load(TinyModels.Directory("bert-dense"));

        SentenceModel halves = model.With(None, WeightPrecision.Float16, "halves");
        SentenceModel singles = halves.With(None, WeightPrecision.Float32, "singles");

        AssertDataType(halves, StoredDataType.Float16, "\"float16\"");
        AssertDataType(singles, StoredDataType.Float32, "\"float32\"");
        ModelComparison.AssertSameVectors(halves, singles);
    }

    [TestMethod]
    public void Extra_files_are_a_part_of_the_model_until_layers_are_kept()
    {
        SentenceModel model = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));
        var card = new Dictionary<string, ReadOnlyMemory<byte>> { ["README.md"] = Encoding.UTF8.GetBytes("# A card") };

        SentenceModel carded = model.With(None, WeightPrecision.Float32, "carded", card);

        Assert.AreEqual("# A card", ModelComparison.ReadText(carded, "README.md"));
        Assert.AreEqual("# A card", ModelComparison.ReadText(carded.With(None, WeightPrecision.Float16, "halves"), "README.md"));
        Assert.IsFalse(carded.KeepLayers(0).Files.Any(file => file.RelativePath == "README.md"));
    }

    [TestMethod]
    public void Model_card_stays_in_the_zip_of_a_pipeline()
    {
        var context = new MLContext(seed: 1);
        IDataView data = context.Data.LoadFromEnumerable(TextData.CreateRows(1));
        SentenceModel model = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"))
            .With(None, WeightPrecision.Float32, "carded", new Dictionary<string, ReadOnlyMemory<byte>> { ["README.md"] = Encoding.UTF8.GetBytes("# A card") });
        using var zip = new MemoryStream();
        context.Model.Save(context.Transforms.SentenceEmbedding("Features", "Text", model).Fit(data), data.Schema, zip);

        var loaded = (SentenceEmbeddingTransformer)context.Model.Load(zip, out _);

        Assert.AreEqual("# A card", ModelComparison.ReadText(loaded.Model, "README.md"));
    }

    [TestMethod]
    public void Weights_that_the_model_does_not_have_are_refused()
    {
        SentenceModel model = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));

        AssertRefused("encoder.layer.9.output.LayerNorm.weight", model.Encoder.HiddenSize, "'encoder.layer.9.output.LayerNorm.weight'");
        AssertRefused(Weight, 3, "has 3 elements");

        void AssertRefused(string name, int length, string message) => Assert.Contains(
            message,
            Assert.ThrowsExactly<ArgumentException>(() => model.With(new Dictionary<string, ReadOnlyMemory<float>> { [name] = new float[length] }, WeightPrecision.Float32, "changed")).Message);
    }

    [TestMethod]
    public void Weight_beyond_half_precision_is_named()
    {
        SentenceModel model = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));
        float[] values = new float[model.Encoder.HiddenSize];
        values[1] = 1e6f;

        NotSupportedException exception = Assert.ThrowsExactly<NotSupportedException>(
            () => model.With(new Dictionary<string, ReadOnlyMemory<float>> { [Weight] = values }, WeightPrecision.Float16, "changed"));

        Assert.Contains(Weight, exception.Message);
        Assert.Contains("1000000", exception.Message);
    }

    private static void AssertDataType(SentenceModel model, StoredDataType dataType, string json)
    {
        ModelFile[] files = [.. model.Files.Where(file => file.RelativePath.EndsWith(".safetensors", StringComparison.Ordinal))];
        Assert.HasCount(2, files);
        Assert.IsTrue(files.SelectMany(SafetensorsReader.Read).All(tensor => tensor.DataType == dataType));
        Assert.Contains($"\"dtype\": {json}", ModelComparison.ReadText(model, "config.json"));
    }
}
