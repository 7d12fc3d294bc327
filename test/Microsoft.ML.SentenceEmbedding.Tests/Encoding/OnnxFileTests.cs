using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.SentenceEmbedding.Graphs.Onnx;
using static Microsoft.ML.SentenceEmbedding.Graphs.Onnx.TensorProto.Types;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Models that are run from a user's own ONNX file.</summary>
[TestClass]
public sealed class OnnxFileTests
{
    private const string Name = "bert-mean-normalize";

    // The modules run behind the encoder rather than in its graph: sums are rounded in another order.
    private const float Tolerance = 1e-6f;

    private static readonly string[] Texts = ["", "A cat sits on the mat.", "Two of a batch, one of them longer than the other."];

    [TestMethod]
    [DataRow("bert-mean-normalize")]
    [DataRow("bert-cls-prompts-exclude")]
    [DataRow("bert-dense")]
    [DataRow("bert-truncate-dim")]
    [DataRow("plain-hf")]
    public void Token_vectors_go_through_the_models_modules(string name)
    {
        SentenceModel expected = SentenceModel.Load(TinyModels.Directory(name));

        AssertNear(expected, OnnxFiles.CreateModel(name, OnnxFiles.KeepLastHiddenState).Load());
        AssertNear(expected, OnnxFiles.CreateModel(name, file => OnnxFiles.RemoveOutput(file, "sentence_embedding")).Load());

        // Where there are both, the modules are this library's.
        AssertNear(expected, OnnxFiles.CreateModel(name, Double).Load());
    }

    [TestMethod]
    [DataRow(DataType.Int64)]
    [DataRow(DataType.Int32)]
    public void Token_types_are_zeros_and_integers_are_of_the_type_that_the_file_takes(object type)
    {
        SentenceModel model = OnnxFiles.CreateModel(Name, file => OnnxFiles.TakeTokenTypes(file, (DataType)type)).Load();

        AssertNear(SentenceModel.Load(TinyModels.Directory(Name)), model);
        Assert.AreEqual(type, ((OnnxConfiguration)model.Encoder).TokenTypeIds);
    }

    [TestMethod]
    [DataRow("bert-mean-normalize")]
    [DataRow("bert-dense")]
    [DataRow("bert-weighted-mean")]
    public void Sentence_vectors_alone_have_gone_through_the_modules(string name)
    {
        SentenceModel expected = SentenceModel.Load(TinyModels.Directory(name));

        SentenceModel model = OnnxFiles.CreateModel(name, file => OnnxFiles.RemoveOutput(file, "token_embeddings")).Load();

        ModelComparison.AssertSameVectors(expected, model);
        Assert.AreEqual(expected.Dimensions, model.Dimensions);
        Assert.AreEqual(expected.IsNormalized, model.IsNormalized);
        Assert.IsEmpty(model.Modules);
    }

    [TestMethod]
    public void Sentence_vectors_alone_are_neither_pooled_nor_normalized_again()
    {
        SentenceModel model = OnnxFiles.CreateModel(Name, file =>
        {
            Double(file);
            OnnxFiles.RemoveOutput(file, "token_embeddings");
        }).Load();

        float[] actual = ModelComparison.Encode(model)[0];

        CollectionAssert.AreEqual(ModelComparison.Encode(SentenceModel.Load(TinyModels.Directory(Name)))[0].Select(value => 2 * value).ToArray(), actual);
    }

    [TestMethod]
    public void Sentence_vectors_alone_are_truncated_and_have_no_stages_of_tokens()
    {
        SentenceModel model = OnnxFiles.CreateModel(Name, file => OnnxFiles.RemoveOutput(file, "token_embeddings"))
            .Write("config_sentence_transformers.json", """{"truncate_dim": 7}""").Load();
        var mlContext = new MLContext(seed: 1);

        float[] actual = ModelComparison.Encode(model)[0];

        CollectionAssert.AreEqual(ModelComparison.Encode(SentenceModel.Load(TinyModels.Directory(Name)))[0][..7], actual);
        Assert.IsFalse(model.IsNormalized);
        Assert.Contains("no token vectors", Assert.ThrowsExactly<NotSupportedException>(() => mlContext.Transforms.ScoreTokens("Vectors", "Tokens", model)).Message);
        Assert.Contains("no token vectors", Assert.ThrowsExactly<NotSupportedException>(() => mlContext.Transforms.PoolTokens("Features", "Vectors", model)).Message);
    }

    [TestMethod]
    public void Safetensors_win_then_the_folder_then_the_file_beside_the_configuration()
    {
        byte[] doubled = OnnxFiles.Build(Name, file =>
        {
            Double(file);
            OnnxFiles.RemoveOutput(file, "token_embeddings");
        });
        EditableModel both = new EditableModel(Name).Write("onnx/model.onnx", "no ONNX file").Write("model.onnx", "neither");
        EditableModel folder = OnnxFiles.CreateModel(Name, OnnxFiles.KeepLastHiddenState).Write("model.onnx", doubled).Write("pytorch_model.bin", "never read");
        EditableModel beside = OnnxFiles.CreateModel(Name, OnnxFiles.KeepLastHiddenState, "model.onnx").Write("pytorch_model.bin", "never read");

        Assert.AreEqual("BERT", both.Load().Encoder.ArchitectureName);
        Assert.AreEqual("onnx/model.onnx", ((OnnxConfiguration)folder.Load().Encoder).Path);
        Assert.AreEqual("model.onnx", ((OnnxConfiguration)beside.Load().Encoder).Path);
        ModelComparison.AssertSameVectors(folder.Load(), beside.Load());
    }

    [TestMethod]
    public void File_may_lie_in_the_encoders_folder()
    {
        EditableModel model = new EditableModel("legacy-subfolder").Remove("0_Transformer/model.safetensors");
        model["0_Transformer/onnx/model.onnx"] = OnnxFiles.Build("legacy-subfolder", OnnxFiles.KeepLastHiddenState);

        AssertNear(SentenceModel.Load(TinyModels.Directory("legacy-subfolder")), model.Load());
    }

    [TestMethod]
    public void Export_of_a_published_model_gives_the_models_vectors()
    {
        SentenceModel model = SentenceModel.Load(SharedData.Require("models/all-MiniLM-L6-v2-onnx"));
        float[][] expected = ModelComparison.Encode(SentenceModel.Default);

        float[][] actual = ModelComparison.Encode(model);

        float difference = expected.Zip(actual, (x, y) => Difference.Largest(y, x)).Max();
        ParityReport.Add($"all-MiniLM-L6-v2 from its onnx/model.onnx against safetensors: {expected.Length} texts, largest difference {difference:E1}");
        Assert.AreEqual(384, model.Dimensions);
        Assert.IsLessThanOrEqualTo(1e-5f, difference);
    }

    [TestMethod]
    public void Saved_file_replaces_the_one_of_an_older_model_wherever_it_lies()
    {
        string directory = TemporaryFiles.CreatePath();
        SentenceModel folder = OnnxFiles.CreateModel(Name, OnnxFiles.KeepLastHiddenState).Load();
        SentenceModel beside = OnnxFiles.CreateModel("bert-dense", OnnxFiles.KeepLastHiddenState, "model.onnx").Load();

        SentenceModel.Load(TinyModels.Directory(Name)).Save(directory);
        foreach (SentenceModel model in new[] { folder, beside, folder })
        {
            model.Save(directory);

            SentenceModel saved = SentenceModel.Load(directory);
            Assert.AreEqual(model.Encoder, saved.Encoder);
            ModelComparison.AssertSameVectors(model, saved);
        }
    }

    [TestMethod]
    public void Saved_model_keeps_the_files_of_modules_that_are_inside()
    {
        string[] files = ["1_Pooling/config.json", "2_Dense/config.json", "2_Dense/model.safetensors"];
        string source = TemporaryFiles.Copy(TinyModels.Directory("bert-dense"));
        File.Delete(Path.Combine(source, "model.safetensors"));
        File.WriteAllBytes(Path.Combine(source, "model.onnx"), OnnxFiles.Build("bert-dense", file => OnnxFiles.RemoveOutput(file, "token_embeddings")));

        SentenceModel model = SentenceModel.Load(source);

        CollectionAssert.IsSubsetOf(files, model.Files.Select(file => file.RelativePath).ToArray());
    }

    [TestMethod]
    public void Pipeline_keeps_the_file_in_its_zip()
    {
        var mlContext = new MLContext(seed: 1);
        SentenceModel model = OnnxFiles.CreateModel(Name, OnnxFiles.KeepLastHiddenState).Load();
        IDataView data = mlContext.Data.LoadFromEnumerable(TextData.CreateRows(5));
        SentenceEmbeddingTransformer transformer = mlContext.Transforms.SentenceEmbedding("Features", "Text", model).Fit(data);
        using var zip = new MemoryStream();

        mlContext.Model.Save(transformer, data.Schema, zip);
        var loaded = (SentenceEmbeddingTransformer)new MLContext().Model.Load(zip, out _);

        Assert.AreEqual(model.Encoder, loaded.Model.Encoder);
        float[][] expected = [.. transformer.Transform(data).GetColumn<float[]>("Features")];
        float[][] actual = [.. loaded.Transform(data).GetColumn<float[]>("Features")];
        Assert.HasCount(5, actual);
        for (int row = 0; row < expected.Length; row++)
        {
            CollectionAssert.AreEqual(expected[row], actual[row]);
        }
    }

    [TestMethod]
    public void Stages_give_the_vectors_of_the_one_line()
    {
        SentenceModel model = OnnxFiles.CreateModel("bert-dense", OnnxFiles.KeepLastHiddenState).Load();
        using var encoder = new SentenceEncoder(model);

        int[][] ids = encoder.Tokenize([.. Texts.Select(text => text.AsMemory())]);
        float[][] tokens = encoder.ScoreTokens([.. ids.Select(sequence => new ReadOnlyMemory<int>(sequence))], CancellationToken.None);
        float[] pooled = new float[Texts.Length * encoder.Dimensions];
        encoder.PoolTokens([.. tokens.Select(vectors => new ReadOnlyMemory<float>(vectors))], pooled, CancellationToken.None);

        Assert.IsLessThanOrEqualTo(Tolerance, Difference.Largest(pooled, encoder.Encode(Texts).SelectMany(vector => vector).ToArray()));
    }

    [TestMethod]
    public void Both_sessions_are_made_as_the_options_say_and_shared()
    {
        SentenceModel model = OnnxFiles.CreateModel(Name, OnnxFiles.KeepLastHiddenState).Load();
        int calls = 0;
        var options = new SentenceEncoderOptions { IntraOpThreads = 2, ConfigureSession = session => calls += session.IntraOpNumThreads };
        using var first = new SentenceEncoder(model, options);
        using var second = new SentenceEncoder(model, options);

        float[][] expected = first.Encode(Texts);
        float[][] actual = second.Encode(Texts);

        Assert.AreEqual(4, calls);
        CollectionAssert.AreEqual(expected[1], actual[1]);
    }

    [TestMethod]
    public void Many_threads_use_one_session()
    {
        using var encoder = new SentenceEncoder(OnnxFiles.CreateModel(Name, OnnxFiles.KeepLastHiddenState).Load());
        float[][] actual = new float[32][];

        Parallel.For(0, actual.Length, i => actual[i] = encoder.Encode(Texts[1]));

        Assert.IsTrue(actual.All(vector => vector.AsSpan().SequenceEqual(encoder.Encode(Texts[1]))));
    }

    [TestMethod]
    public void Nothing_can_be_made_of_its_weights()
    {
        SentenceModel model = OnnxFiles.CreateModel(Name, OnnxFiles.KeepLastHiddenState).Load();
        string directory = TemporaryFiles.CreatePath();

        Assert.Contains(OnnxFiles.Path, Assert.ThrowsExactly<NotSupportedException>(() => model.KeepLayers(0)).Message);
        Assert.Contains(OnnxFiles.Path, Assert.ThrowsExactly<NotSupportedException>(() => model.Save(directory, WeightPrecision.Float16)).Message);
        Assert.Contains("ONNX", Assert.ThrowsExactly<NotSupportedException>(() => model.Quantize()).Message);
        Assert.Contains("ONNX", Assert.ThrowsExactly<NotSupportedException>(() => new TrainingSession(model, dropout: 0, trainsEmbeddings: true)).Message);
        Assert.IsFalse(Directory.Exists(directory));
    }

    [TestMethod]
    public void File_can_be_a_teacher()
    {
        var mlContext = new MLContext(seed: 1);
        SentenceModel model = OnnxFiles.CreateModel(Name, OnnxFiles.KeepLastHiddenState).Load();
        IDataView rows = mlContext.Data.LoadFromEnumerable(DistillationData.Rows);
        IDataView data = DistillationData.CreateTeacher(mlContext, rows, model).Transform(rows);
        IDataView before = mlContext.Transforms.SentenceEmbedding(DistillationData.Student, "Text", DistillationData.TeacherModel.KeepLayers(1)).Fit(data).Transform(data);

        SentenceEmbeddingTransformer student = mlContext.Transforms.DistillSentenceEmbedding(DistillationData.CreateOptions()).Fit(data);

        Assert.IsLessThan(0.5 * DistillationData.GetError(before), DistillationData.GetError(student.Transform(data)));
    }

    [TestMethod]
    public void Graph_that_cannot_be_computed_is_refused_with_the_files_name()
    {
        Refuse(file => file.Graph.Node[^1].OpType = "NoSuchOperator", "cannot be loaded", "NoSuchOperator");
        Refuse(file => file.Graph.Initializer[0].RawData = Google.Protobuf.ByteString.Empty, "cannot be loaded");
        Refuse(file => file.Graph.Initializer.Clear(), "cannot be loaded");
        Refuse(file => file.OpsetImport[0].Version = 99, "cannot be loaded");
        Refuse(
            file =>
            {
                // Of the vectors' length the declaration says nothing, and config.json something wrong.
                OnnxFiles.KeepLastHiddenState(file);
                OnnxFiles.Output(file, "last_hidden_state").Type.TensorType.Shape = null;
            },
            "'last_hidden_state' has not the shape [1, ",
            hiddenSize: "16");
        Refuse(
            file =>
            {
                // There are fewer rows of word embeddings than ids.
                TensorProto words = file.Graph.Initializer.Single(tensor => tensor.Dims is [1408, 48]);
                words.Dims[0] = 2;
                words.RawData = Google.Protobuf.ByteString.CopyFrom(words.RawData.Span[..(2 * 48 * sizeof(float))]);
            },
            "cannot be computed for 1 texts");
    }

    private static void Double(ModelProto file)
    {
        NodeProto node = file.Graph.Node.Single(node => node.Output.Contains("sentence_embedding"));
        node.Output[0] = "single";
        file.Graph.Node.Add(OnnxFiles.Node("Add", ["single", "single"], "sentence_embedding"));
    }

    private static void AssertNear(SentenceModel expected, SentenceModel actual)
    {
        float[][] expectedVectors = ModelComparison.Encode(expected);
        float[][] actualVectors = ModelComparison.Encode(actual);
        Assert.AreEqual("ONNX", actual.Encoder.ArchitectureName);
        Assert.AreEqual(expected.MaximumTokens, actual.MaximumTokens);
        for (int i = 0; i < expectedVectors.Length; i++)
        {
            Assert.IsLessThanOrEqualTo(Tolerance, Difference.Largest(actualVectors[i], expectedVectors[i]), $"text {i}");
        }
    }

    private static void Refuse(Action<ModelProto> change, string message, string other = "", string hiddenSize = "48")
    {
        SentenceModel model = OnnxFiles.CreateModel(Name, change).Set("config.json", "hidden_size", hiddenSize).Set("1_Pooling/config.json", "embedding_dimension", hiddenSize).Load();
        using var encoder = new SentenceEncoder(model);

        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => encoder.Encode(Texts[1]));

        Assert.IsInstanceOfType<OnnxRuntimeException>(exception.InnerException);
        Assert.Contains(OnnxFiles.Path, exception.Message);
        Assert.Contains(message, exception.Message);
        Assert.Contains(other, exception.Message);
        Assert.IsLessThan(1000, exception.Message.Length);
    }
}
