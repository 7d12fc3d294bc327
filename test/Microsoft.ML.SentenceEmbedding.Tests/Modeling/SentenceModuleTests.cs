using System.Text;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>The modules LayerNorm and Dropout, in models made from bert-dense: Pooling, Dense, Normalize.</summary>
[TestClass]
public sealed class SentenceModuleTests
{
    private const string Folder = "4_Extra";
    private const double Tolerance = 2e-6;

    private static readonly string[] Texts = ["A man is playing a guitar.", "", "Zwölf Boxkämpfer jagen Viktor.", "東京は日本の首都です。"];

    [TestMethod]
    [DataRow(2, 32, false)]
    [DataRow(3, 20, false)]
    [DataRow(4, 20, true)]
    public void LayerNorm_behind_any_module_is_computed_as_PyTorch_defines_it(int place, int dimensions, bool afterNormalization)
    {
        SentenceModel model = WithLayerNorm(place, dimensions).Load();

        // The modules in front of it, and those behind it: Dense has 20 outputs, so that only the last ones are followed by hand.
        float[][] actual = Encode(model);

        Assert.IsInstanceOfType<LayerNormModule>(model.Modules[place - 1]);
        Assert.AreEqual(!afterNormalization, model.IsNormalized);
        float[][] before = Encode(new EditableModel("bert-dense").Write("modules.json", List(place, null)).Load());
        for (int i = 0; i < Texts.Length; i++)
        {
            double[] expected = LayerNorm(before[i]);
            expected = place switch
            {
                2 => Normalize(Dense((DenseModule)model.Modules[2], expected)),
                3 => Normalize(expected),
                _ => expected,
            };
            Assert.HasCount(20, actual[i]);
            for (int d = 0; d < expected.Length; d++)
            {
                Assert.AreEqual(expected[d], actual[i][d], Tolerance, $"text {i}, dimension {d}");
            }
        }
    }

    [TestMethod]
    public void LayerNorm_is_saved_and_its_weights_have_the_precision_asked_for()
    {
        SentenceModel model = WithLayerNorm(4, 20).Load();
        string halves = TemporaryFiles.CreatePath();
        string unchanged = TemporaryFiles.CreatePath();

        model.Save(unchanged);
        model.Save(halves, WeightPrecision.Float16);

        ModelComparison.AssertSameVectors(model, SentenceModel.Load(unchanged));
        SentenceModel loaded = SentenceModel.Load(halves);
        var norm = (LayerNormModule)loaded.Modules[3];
        Assert.AreEqual(StoredDataType.Float16, norm.Weight.DataType);
        Assert.AreEqual(StoredDataType.Float16, norm.Bias.DataType);
        CollectionAssert.AreEqual(Weights(20).Select(x => (float)(Half)x).ToArray(), norm.Weight.ToSingle());
        ModelComparison.AssertSameVectors(loaded, loaded.With(new Dictionary<string, ReadOnlyMemory<float>>(), WeightPrecision.Float32, "singles"));
        Assert.IsInstanceOfType<LayerNormModule>(model.KeepLayers(0).Modules[3]);
    }

    [TestMethod]
    public void LayerNorm_of_another_size_is_refused()
    {
        Assert.Contains("'dimension' is 21 and must be 20", Assert.ThrowsExactly<InvalidDataException>(() => WithLayerNorm(4, 21).Load()).Message);
        EditableModel model = WithLayerNorm(4, 20);
        model[$"{Folder}/model.safetensors"] = Tensors(21);
        Assert.Contains("asks for [20]", Assert.ThrowsExactly<InvalidDataException>(() => model.Load()).Message);
    }

    [TestMethod]
    [DataRow("config.json")]
    [DataRow("model.safetensors")]
    public void A_missing_file_of_LayerNorm_is_named(string name)
    {
        EditableModel model = WithLayerNorm(4, 20).Remove($"{Folder}/{name}");

        Assert.Contains($"{Folder}", Assert.ThrowsExactly<FileNotFoundException>(() => model.Load()).Message);
    }

    [TestMethod]
    public void LayerNorm_in_front_of_pooling_is_refused() =>
        Assert.Contains("LayerNorm", Assert.ThrowsExactly<NotSupportedException>(() => WithLayerNorm(1, 32).Load()).Message);

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    public void Dropout_changes_nothing_and_is_saved_for_Python(int place)
    {
        var plain = SentenceModel.Load(TinyModels.Directory("bert-dense"));
        SentenceModel model = new EditableModel("bert-dense").Write("modules.json", List(4, "Dropout", place)).Write($"{Folder}/config.json", """{"dropout": 0.2}""").Load();
        string directory = TemporaryFiles.CreatePath();

        model.Save(directory);

        Assert.IsTrue(model.IsNormalized);
        Assert.HasCount(3, model.Modules);
        Assert.IsTrue(File.Exists(Path.Combine(directory, Folder, "config.json")));
        ModelComparison.AssertSameVectors(plain, SentenceModel.Load(directory));
    }

    [TestMethod]
    public void Dropout_may_lack_its_file_but_not_be_in_front_of_pooling()
    {
        Assert.HasCount(3, new EditableModel("bert-dense").Write("modules.json", List(4, "Dropout")).Load().Modules);
        Assert.ThrowsExactly<NotSupportedException>(() => new EditableModel("bert-dense").Write("modules.json", List(4, "Dropout", place: 1)).Load());
        Assert.ThrowsExactly<InvalidDataException>(() => new EditableModel("bert-dense").Write("modules.json", List(4, "Dropout")).Write($"{Folder}/config.json", "0.2.").Load());
    }

    private static EditableModel WithLayerNorm(int place, int dimensions)
    {
        EditableModel model = new EditableModel("bert-dense").Write("modules.json", List(4, "LayerNorm", place)).Write($"{Folder}/config.json", $$"""{"dimension": {{dimensions}}}""");
        model[$"{Folder}/model.safetensors"] = Tensors(dimensions);
        return model;
    }

    /// <summary>Gives a modules.json of the first of bert-dense's four modules, with another one at a place.</summary>
    private static string List(int count, string? extra, int? place = null)
    {
        List<(string Type, string Path)> modules = [.. new[] { ("Transformer", ""), ("Pooling", "1_Pooling"), ("Dense", "2_Dense"), ("Normalize", "3_Normalize") }.Take(count)];
        if (extra is not null)
        {
            modules.Insert(place ?? count, (extra, Folder));
        }

        var json = new StringBuilder("[");
        json.AppendJoin(',', modules.Select((module, index) => $$"""{"idx":{{index}},"name":"{{index}}","path":"{{module.Path}}","type":"sentence_transformers.models.{{module.Type}}"}"""));
        return json.Append(']').ToString();
    }

    private static float[] Weights(int count) => [.. Enumerable.Range(0, count).Select(i => 1 + 0.3f * MathF.Sin(i))];

    private static float[] Biases(int count) => [.. Enumerable.Range(0, count).Select(i => 0.2f * MathF.Cos(3 * i))];

    private static byte[] Tensors(int count) => SafetensorsWriter.ToBytes(
    [
        TensorContent.Of("norm.weight", [count], Weights(count), WeightPrecision.Float32),
        TensorContent.Of("norm.bias", [count], Biases(count), WeightPrecision.Float32),
    ]);

    private static float[][] Encode(SentenceModel model)
    {
        using var encoder = new SentenceEncoder(model);
        return encoder.Encode(Texts);
    }

    private static double[] LayerNorm(float[] vector)
    {
        double mean = vector.Average(x => (double)x);
        double deviation = Math.Sqrt(vector.Average(x => (x - mean) * (x - mean)) + 1e-5);
        return [.. vector.Select((x, i) => (x - mean) / deviation * Weights(vector.Length)[i] + Biases(vector.Length)[i])];
    }

    private static double[] Dense(DenseModule dense, double[] vector)
    {
        float[] weight = dense.Weight.ToSingle();
        float[] bias = dense.Bias!.ToSingle();
        return [.. bias.Select((b, output) => Math.Tanh(b + vector.Select((x, i) => x * weight[output * vector.Length + i]).Sum()))];
    }

    private static double[] Normalize(double[] vector)
    {
        double length = Math.Sqrt(vector.Sum(x => x * x));
        return [.. vector.Select(x => x / length)];
    }
}
