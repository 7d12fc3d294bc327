using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class KeepLayersTests
{
    [TestMethod]
    [DynamicData(nameof(TinyModels.RowsWithBertLayers), typeof(TinyModels))]
    public void All_layers_give_the_models_own_vectors_bit_for_bit(string name)
    {
        SentenceModel model = SentenceModel.Load(TinyModels.Directory(name));

        SentenceModel copy = model.KeepLayers([.. Enumerable.Range(0, model.Encoder.Layers)]);

        Assert.AreEqual(model.Encoder, copy.Encoder);
        Assert.AreEqual(model.MaximumTokens, copy.MaximumTokens);
        CollectionAssert.AreEquivalent(model.Prompts.ToArray(), copy.Prompts.ToArray());
        ModelComparison.AssertSameVectors(model, copy);
    }

    [TestMethod]
    public void Layers_come_in_the_order_given_with_their_bytes_as_stored()
    {
        SentenceModel model = SentenceModel.Default;

        SentenceModel student = model.KeepLayers(3, 0, 3);

        Assert.AreEqual("all-MiniLM-L6-v2-layers-3-0-3", student.Name);
        Assert.AreEqual("all-MiniLM-L6-v2-layers-3-0-3 (BERT, 3 layers, 384 dimensions, at most 256 tokens)", student.ToString());
        AssertLayer(model, 3, student, 0);
        AssertLayer(model, 0, student, 1);
        AssertLayer(model, 3, student, 2);
        Assert.HasCount(5 + 3 * 16 + 2, student.Weights.Names);
        ModelComparison.AssertSameTensor(model, "embeddings.word_embeddings.weight", student, "embeddings.word_embeddings.weight");
        ModelComparison.AssertSameTensor(model, "pooler.dense.bias", student, "pooler.dense.bias");
    }

    [TestMethod]
    public void Configuration_differs_in_the_number_of_layers_only()
    {
        SentenceModel student = SentenceModel.Default.KeepLayers(0, 3);

        Assert.AreEqual(
            ModelComparison.ReadText(SentenceModel.Default, "config.json").Replace("\"num_hidden_layers\": 6", "\"num_hidden_layers\": 2", StringComparison.Ordinal),
            ModelComparison.ReadText(student, "config.json"));
        foreach (ModelFile file in SentenceModel.Default.Files.Where(file => file.RelativePath is not ("config.json" or "model.safetensors")))
        {
            Assert.AreEqual(ModelComparison.ReadText(SentenceModel.Default, file.RelativePath), ModelComparison.ReadText(student, file.RelativePath));
        }
    }

    [TestMethod]
    public void Old_names_become_plain_ones_and_what_the_encoder_does_not_need_goes()
    {
        SentenceModel student = SentenceModel.Load(TinyModels.Directory("legacy-keys")).KeepLayers(1);

        string[] names = [.. SafetensorsReader.Read(student.Files.Single(file => file.RelativePath == "model.safetensors")).Select(tensor => tensor.Name)];

        Assert.HasCount(5 + 16, names);
        Assert.IsTrue(names.All(name => name.StartsWith("embeddings.", StringComparison.Ordinal) || name.StartsWith("encoder.layer.0.", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Weights_in_several_files_become_one_file()
    {
        SentenceModel student = SentenceModel.Load(TinyModels.Directory("bert-sharded")).KeepLayers(0);

        Assert.AreEqual("model.safetensors", student.Files.Single(file => file.RelativePath.Contains("safetensors", StringComparison.Ordinal)).RelativePath);
    }

    [TestMethod]
    public void Encoder_may_lie_in_a_folder()
    {
        SentenceModel student = SentenceModel.Load(TinyModels.Directory("legacy-subfolder")).KeepLayers(0);

        Assert.AreEqual("0_Transformer", student.EncoderFolder);
        Assert.IsTrue(student.Files.Any(file => file.RelativePath == "0_Transformer/model.safetensors"));
    }

    [TestMethod]
    public void Key_that_comes_twice_is_changed_twice()
    {
        var model = new EditableModel("bert-dense");
        string config = Encoding.UTF8.GetString(model["config.json"].Span);
        int layers = model.Load().Encoder.Layers;

        SentenceModel student = model.Write("config.json", config.Replace("{", "{\"num_hidden_layers\": 7,", StringComparison.Ordinal)).Load().KeepLayers(0);

        Assert.IsGreaterThan(1, layers);
        Assert.AreEqual(1, student.Encoder.Layers);
        Assert.AreEqual(2, ModelComparison.ReadText(student, "config.json").Split("\"num_hidden_layers\": 1,").Length - 1);
    }

    [TestMethod]
    public void Students_of_students_are_models_too()
    {
        SentenceModel model = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));

        ModelComparison.AssertSameVectors(model.KeepLayers(1), model.KeepLayers(0, 1).KeepLayers(1));
    }

    [TestMethod]
    public void Layers_that_are_not_there_are_refused()
    {
        SentenceModel model = SentenceModel.Default;

        Assert.ThrowsExactly<ArgumentNullException>(() => model.KeepLayers(null!));
        Assert.AreEqual("layers", Assert.ThrowsExactly<ArgumentException>(() => model.KeepLayers()).ParamName);
        Assert.Contains("0 to 5", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.KeepLayers(0, 6)).Message);
        Assert.Contains("-1", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.KeepLayers(-1)).Message);
    }

    [TestMethod]
    public void Pipeline_keeps_the_student_in_its_zip()
    {
        var context = new MLContext(seed: 1);
        SentenceModel student = SentenceModel.Load(TinyModels.Directory("bert-dense")).KeepLayers(1);
        IDataView data = context.Data.LoadFromEnumerable(TextData.CreateRows(5));
        SentenceEmbeddingTransformer transformer = context.Transforms.SentenceEmbedding("Features", "Text", student).Fit(data);
        using var zip = new MemoryStream();

        context.Model.Save(transformer, data.Schema, zip);
        ITransformer loaded = context.Model.Load(zip, out _);

        Assert.AreEqual(student.ToString(), ((SentenceEmbeddingTransformer)loaded).Model.ToString());
        float[][] expected = [.. transformer.Transform(data).GetColumn<float[]>("Features")];
        float[][] actual = [.. loaded.Transform(data).GetColumn<float[]>("Features")];
        Assert.HasCount(expected.Length, actual);
        for (int row = 0; row < expected.Length; row++)
        {
            CollectionAssert.AreEqual(expected[row], actual[row]);
        }
    }

    private static void AssertLayer(SentenceModel model, int layer, SentenceModel student, int studentLayer)
    {
        foreach (string name in model.Encoder.LayerWeights(layer).Select(weight => weight.Name))
        {
            ModelComparison.AssertSameTensor(model, name, student, name.Replace($"layer.{layer}.", $"layer.{studentLayer}.", StringComparison.Ordinal));
        }
    }
}
