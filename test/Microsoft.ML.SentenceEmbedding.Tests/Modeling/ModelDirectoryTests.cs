namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class ModelDirectoryTests
{
    public required TestContext TestContext { get; init; }

    [TestMethod]
    public void Open_gives_the_same_file_twice_and_lists_it_once()
    {
        var directory = new DiskModelDirectory(TinyModels.Directory("bert-dense"));

        Assert.IsTrue(directory.Contains("1_Pooling/config.json"));
        Assert.IsEmpty(directory.Opened);
        ModelFile file = directory.Open("1_Pooling/config.json");

        Assert.AreSame(file, directory.Open("1_Pooling/config.json"));
        Assert.AreSame(file, directory.Opened.Single());
        Assert.AreEqual("1_Pooling/config.json", file.RelativePath);
        Assert.AreEqual("bert-dense", directory.Name);
    }

    [TestMethod]
    [DataRow("missing.json")]
    [DataRow("1_Pooling")]
    public void Open_names_the_file_that_is_missing(string path)
    {
        var directory = new DiskModelDirectory(TinyModels.Directory("bert-dense"));

        Assert.IsFalse(directory.Contains(path));
        FileNotFoundException exception = Assert.ThrowsExactly<FileNotFoundException>(() => directory.Open(path));
        Assert.Contains(path, exception.Message);
        Assert.Contains("bert-dense", exception.Message);
    }

    [TestMethod]
    public void No_kind_of_directory_opens_a_path_that_leaves_it()
    {
        ModelDirectory[] directories =
        [
            new DiskModelDirectory(TinyModels.Directory("bert-dense")),
            new EmbeddedModelDirectory(),
            new InMemoryModelDirectory("model", new Dictionary<string, ReadOnlyMemory<byte>> { ["../x"] = default }),
        ];

        foreach (ModelDirectory directory in directories)
        {
            Assert.ThrowsExactly<InvalidDataException>(() => directory.Open("../x"));
            Assert.ThrowsExactly<InvalidDataException>(() => directory.Contains("/etc/passwd"));
        }
    }

    [TestMethod]
    public void Name_is_the_last_part_of_the_path()
    {
        string path = TinyModels.Directory("bert-dense");

        Assert.AreEqual("bert-dense", new DiskModelDirectory(path + Path.DirectorySeparatorChar).Name);
        Assert.AreEqual("bert-dense", new DiskModelDirectory(Path.Combine(path, "1_Pooling", "..")).Name);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void Symbolic_links_are_followed_as_in_a_hub_cache()
    {
        string root = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Directory.CreateDirectory(Path.Combine(root, "1_Pooling"));
        string model = TinyModels.Directory("bert-gelu-new");
        foreach (string file in Directory.EnumerateFiles(model, "*", SearchOption.AllDirectories))
        {
            File.CreateSymbolicLink(Path.Combine(root, Path.GetRelativePath(model, file)), file);
        }

        SentenceModel loaded = SentenceModel.Load(root);
        Directory.Delete(root, recursive: true);

        Assert.AreEqual(ActivationFunction.GeluNew, loaded.Encoder.Activation);
    }

    [TestMethod]
    public void The_embedded_files_are_those_of_the_default_model()
    {
        var directory = new EmbeddedModelDirectory();

        ModelFile weights = directory.Open("model.safetensors");

        Assert.AreEqual("all-MiniLM-L6-v2", directory.Name);
        Assert.AreEqual("all-MiniLM-L6-v2/model.safetensors", weights.Name);
        Assert.IsTrue(directory.Contains("1_Pooling/config.json"));
        Assert.IsFalse(directory.Contains("LICENSE"));
        Assert.ThrowsExactly<FileNotFoundException>(() => directory.Open("pytorch_model.bin"));
    }

    [TestMethod]
    [DynamicData(nameof(TinyModels.Rows), typeof(TinyModels))]
    public void The_files_that_were_read_are_the_whole_model(string name)
    {
        SentenceModel onDisk = SentenceModel.Load(TinyModels.Directory(name));
        var files = new Dictionary<string, ReadOnlyMemory<byte>>();
        foreach (ModelFile file in onDisk.Files)
        {
            var copy = new MemoryStream();
            file.CopyTo(copy);
            files.Add(file.RelativePath, copy.ToArray());
        }

        SentenceModel inMemory = SentenceModel.Read(new InMemoryModelDirectory(name, files));

        Assert.AreEqual(onDisk.ToString(), inMemory.ToString());
        Assert.AreEqual(onDisk.Encoder, inMemory.Encoder);
        Assert.AreEqual(onDisk.IsNormalized, inMemory.IsNormalized);
        Assert.AreEqual(onDisk.Prompt, inMemory.Prompt);
        CollectionAssert.AreEqual(onDisk.Files.Select(file => file.RelativePath).ToArray(), inMemory.Files.Select(file => file.RelativePath).ToArray());
        foreach (string tensor in onDisk.Weights.Names)
        {
            Assert.IsTrue(onDisk.Weights.TryGet(tensor, out StoredTensor? expected) & inMemory.Weights.TryGet(tensor, out StoredTensor? actual));
            Assert.IsTrue(expected!.Bytes.Span.SequenceEqual(actual!.Bytes.Span), tensor);
        }

        TestContext.WriteLine($"{name}: {files.Count} files");
    }
}
