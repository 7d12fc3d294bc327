using System.Numerics.Tensors;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class SentenceModelTests
{
    [TestMethod]
    [DynamicData(nameof(TinyModels.Rows), typeof(TinyModels))]
    public void Load_gives_the_settings_that_Python_reports(string name)
    {
        TinyGolden golden = TinyModels.Golden(name);
        TinyCall plain = golden.Encode.First(call => call.Args.IsPlain);

        SentenceModel model = SentenceModel.Load(TinyModels.Directory(name));

        Assert.AreEqual(name, model.Name);
        Assert.AreEqual(golden.MaxSeqLength ?? int.MaxValue, model.MaximumTokens);
        Assert.AreEqual(golden.SimilarityFnName, model.SimilarityFunction);
        Assert.AreEqual(golden.TruncateDim, model.TruncateDimensions);
        Assert.AreEqual(golden.DefaultPromptName, model.DefaultPromptName);
        CollectionAssert.AreEquivalent(golden.Prompts.ToArray(), model.Prompts.ToArray());
        Assert.AreEqual(plain.ResolvedPrompt ?? string.Empty, model.Prompt);
        Assert.AreEqual(plain.Shape[1], model.Dimensions);
        Assert.AreEqual(HaveLengthOne(plain), model.IsNormalized);
    }

    [TestMethod]
    [DynamicData(nameof(TinyModels.Rows), typeof(TinyModels))]
    public void Texts_become_the_ids_that_the_model_gets_in_Python(string name)
    {
        TinyGolden golden = TinyModels.Golden(name);
        SentenceModel model = SentenceModel.Load(TinyModels.Directory(name));

        int compared = golden.AssertIds(model.SentenceTokenizer, model.MaximumTokens);

        Assert.AreEqual(golden.DefaultPrompt, model.Prompt);
        ParityReport.Add($"ids of {name}: {compared} prompted and truncated texts compared, 0 differences");
    }

    [TestMethod]
    public void Default_is_the_embedded_model_read_once()
    {
        SentenceModel model = SentenceModel.Default;

        Assert.AreSame(model, SentenceModel.Default);
        Assert.AreEqual("all-MiniLM-L6-v2", model.Name);
        Assert.AreEqual(384, model.Dimensions);
        Assert.AreEqual(256, model.MaximumTokens);
        Assert.IsTrue(model.IsNormalized);
        Assert.AreEqual("cosine", model.SimilarityFunction);
        Assert.IsNull(model.DefaultPromptName);
        Assert.AreEqual("all-MiniLM-L6-v2 (BERT, 6 layers, 384 dimensions, at most 256 tokens)", model.ToString());
        Assert.AreEqual(new BertConfiguration(384, 6, 12, 1536, ActivationFunction.Gelu, 1e-12f, 30522, 512, 2), model.Encoder);
        Assert.IsTrue(model.Weights.Get("encoder.layer.5.output.LayerNorm.weight", 384).ToSingle().All(float.IsFinite));
    }

    [TestMethod]
    public void Small_is_the_embedded_student_read_once()
    {
        SentenceModel model = SentenceModel.Small;

        Assert.AreSame(model, SentenceModel.Small);
        Assert.AreEqual("all-MiniLM-L6-v2-layers-0-4-5 (BERT, 3 layers, 384 dimensions, at most 256 tokens)", model.ToString());
        Assert.IsTrue(model.IsNormalized);
        Assert.AreEqual(SentenceModel.Default.SentenceTokenizer.Fingerprint, model.SentenceTokenizer.Fingerprint);
    }

    [TestMethod]
    public void Small_gives_almost_the_vectors_of_Default()
    {
        string[] texts = ["A woman is playing the flute.", "How do I locate my card?", "Statins lower the risk of heart attacks in older adults.", "wake me up at seven"];
        using var teacher = new SentenceEncoder(SentenceModel.Default);
        using var student = new SentenceEncoder(SentenceModel.Small);

        float[][] expected = teacher.Encode(texts);
        float[][] actual = student.Encode(texts);

        for (int i = 0; i < texts.Length; i++)
        {
            Assert.IsGreaterThan(0.9f, TensorPrimitives.CosineSimilarity(expected[i], actual[i]), texts[i]);
        }
    }

    [TestMethod]
    [DataRow("bert-gelu-new", ActivationFunction.GeluNew)]
    [DataRow("bert-silu-one-head", ActivationFunction.Silu)]
    [DataRow("bert-dense", ActivationFunction.Gelu)]
    public void Load_reads_the_activation(string name, object activation) =>
        Assert.AreEqual(activation, ((BertConfiguration)SentenceModel.Load(TinyModels.Directory(name)).Encoder).Activation);

    [TestMethod]
    public void Load_reads_a_Dense_module_with_its_weights()
    {
        SentenceModel model = SentenceModel.Load(TinyModels.Directory("bert-dense"));

        Assert.HasCount(3, model.Modules);
        var dense = (DenseModule)model.Modules[1];
        Assert.AreEqual(ActivationFunction.Tanh, dense.Activation);
        CollectionAssert.AreEqual(new long[] { 20, 32 }, dense.Weight.Shape.ToArray());
        Assert.AreEqual(20, dense.Bias!.ElementCount);
        Assert.IsInstanceOfType<NormalizeModule>(model.Modules[2]);
    }

    [TestMethod]
    [DataRow("legacy-pytorch-bin", "legacy-pytorch-bin", "pytorch_model.bin")]
    public void Load_names_what_it_does_not_support(string name, string file, string found)
    {
        string directory = SharedData.Require($"reference/tiny/models/{name}");

        NotSupportedException exception = Assert.ThrowsExactly<NotSupportedException>(() => SentenceModel.Load(directory));

        Assert.Contains(file, exception.Message);
        Assert.Contains(found, exception.Message);
    }

    [TestMethod]
    public void Load_refuses_no_directory()
    {
        Assert.ThrowsExactly<ArgumentNullException>(() => SentenceModel.Load(null!));
        Assert.ThrowsExactly<ArgumentException>(() => SentenceModel.Load(" "));
        DirectoryNotFoundException exception = Assert.ThrowsExactly<DirectoryNotFoundException>(() => SentenceModel.Load("no/such/model"));
        Assert.Contains("'no/such/model'", exception.Message);
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => SentenceModel.Load(Path.Combine(TinyModels.Directory("bert-dense"), "config.json")));
    }

    [TestMethod]
    public void Load_serves_many_threads()
    {
        SentenceModel[] models = new SentenceModel[16];

        Parallel.For(0, models.Length, index => models[index] = SentenceModel.Load(TinyModels.Directory("bert-dense")));

        Assert.HasCount(1, models.Select(model => model.ToString()).Distinct().ToArray());
    }

    private static bool HaveLengthOne(TinyCall call)
    {
        float[] values = call.Values.ToArray();

        // A text without a single token has a vector of zeros, normalized or not.
        return values.Chunk(call.Shape[1]).Where(row => row.Any(value => value != 0)).All(row => Math.Abs(row.Sum(value => (double)value * value) - 1) < 1e-5);
    }
}
