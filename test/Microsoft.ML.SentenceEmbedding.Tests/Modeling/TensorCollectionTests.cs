namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class TensorCollectionTests
{
    private const string Index = "model.safetensors.index.json";

    [TestMethod]
    public void Read_gives_every_tensor_of_the_shards()
    {
        TensorCollection sharded = TensorCollection.Read(new DiskModelDirectory(TinyModels.Directory("bert-sharded")), string.Empty);

        Assert.HasCount(39, sharded.Names);
        Assert.EndsWith("model-00001-of-00002.safetensors", sharded.Get("embeddings.word_embeddings.weight", 1408, 32).FileName);
        Assert.EndsWith("model-00002-of-00002.safetensors", sharded.Get("embeddings.LayerNorm.bias", 32).FileName);
    }

    [TestMethod]
    [DataRow("../model.safetensors", "inside the model directory")]
    [DataRow("/model.safetensors", "inside the model directory")]
    [DataRow("", "inside the model directory")]
    public void Read_refuses_a_shard_outside_the_directory(string shard, string message)
    {
        EditableModel model = new EditableModel("bert-sharded").Set(Index, "weight_map", $$"""{"x":"{{shard}}"}""");

        Refuse<InvalidDataException>(model, Index, message);
    }

    [TestMethod]
    public void Read_names_a_shard_that_is_missing() =>
        Refuse<FileNotFoundException>(new EditableModel("bert-sharded").Remove("model-00002-of-00002.safetensors"), "bert-sharded", "model-00002-of-00002.safetensors");

    [TestMethod]
    public void Read_names_a_tensor_that_is_not_in_its_shard() =>
        Refuse<InvalidDataException>(
            new EditableModel("bert-sharded").Set(Index, "weight_map", """{"other":"model-00001-of-00002.safetensors"}"""),
            Index,
            "'other' should be in model-00001-of-00002.safetensors");

    [TestMethod]
    [DataRow("1", "'weight_map' is 1")]
    [DataRow("[]", "'weight_map' is []")]
    [DataRow("""{"x":1}""", "'weight_map.x' is 1")]
    [DataRow("null", "'weight_map' is missing")]
    public void Read_refuses_an_index_of_the_wrong_type(string json, string message) =>
        Refuse<InvalidDataException>(new EditableModel("bert-sharded").Set(Index, "weight_map", json), Index, message);

    [TestMethod]
    public void Read_says_why_pickle_files_are_not_read_and_how_to_convert_them() =>
        Refuse<NotSupportedException>(
            new EditableModel("bert-gelu-new").Remove("model.safetensors").Write("pytorch_model.bin", "x"),
            "pytorch_model.bin",
            "safe_serialization=True");

    [TestMethod]
    public void Read_says_which_files_it_looked_for() =>
        Refuse<FileNotFoundException>(new EditableModel("bert-gelu-new").Remove("model.safetensors"), "bert-gelu-new", "model.safetensors");

    [TestMethod]
    public void Names_of_task_models_and_old_names_of_layer_norms_are_those_of_a_plain_encoder()
    {
        SentenceModel plain = new EditableModel("bert-gelu-new").Load();
        SentenceModel renamed = new EditableModel("bert-gelu-new")
            .ReplaceInHeader("model.safetensors", "LayerNorm.weight", "LayerNorm.gamma")
            .ReplaceInHeader("model.safetensors", "LayerNorm.bias", "LayerNorm.beta")
            .ReplaceInHeader("model.safetensors", "\"e", "\"bert.e")
            .Load();

        StoredTensor tensor = renamed.Weights.Get("encoder.layer.1.output.LayerNorm.weight", 32);

        Assert.AreEqual("bert.encoder.layer.1.output.LayerNorm.gamma", tensor.Name);
        CollectionAssert.AreEqual(plain.Weights.Get("encoder.layer.1.output.LayerNorm.weight", 32).ToSingle(), tensor.ToSingle());
    }

    [TestMethod]
    public void Two_names_for_one_tensor_are_refused()
    {
        TensorCollection tensors = Read("""{"LayerNorm.gamma":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"LayerNorm.weight":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""");

        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => tensors.WithEncoderNames("x"));

        Assert.Contains("'LayerNorm.gamma' and 'LayerNorm.weight'", exception.Message);
    }

    [TestMethod]
    public void Get_names_file_tensor_and_both_shapes()
    {
        TensorCollection tensors = Read("""{"t":{"dtype":"F16","shape":[1,0],"data_offsets":[0,0]},"n":{"dtype":"I64","shape":[0],"data_offsets":[0,0]}}""");

        string shape = Assert.ThrowsExactly<InvalidDataException>(() => tensors.Get("t", 0, 1)).Message;
        string missing = Assert.ThrowsExactly<InvalidDataException>(() => tensors.Get("u", 5)).Message;
        string type = Assert.ThrowsExactly<InvalidDataException>(() => tensors.Get("n", 0)).Message;

        Assert.AreEqual("m/model.safetensors: the tensor 't' has the shape [1, 0], but the configuration asks for [0, 1].", shape);
        Assert.AreEqual("m/model.safetensors: the tensor 'u' [5] is missing.", missing);
        Assert.AreEqual("m/model.safetensors: the tensor 'n' holds Int64 elements; F32, F16 or BF16 are expected.", type);
        Assert.AreSame(tensors.Get("t", 1, 0), tensors.Get("t", 1, 0));
    }

    private static TensorCollection Read(string header) =>
        TensorCollection.Read(new InMemoryModelDirectory("m", new Dictionary<string, ReadOnlyMemory<byte>> { ["model.safetensors"] = SafetensorsBuilder.Build(header) }), string.Empty);

    private static void Refuse<TException>(EditableModel model, params string[] messages)
        where TException : Exception
    {
        TException exception = Assert.ThrowsExactly<TException>(() => model.Load());
        foreach (string message in messages)
        {
            Assert.Contains(message, exception.Message);
        }
    }
}
