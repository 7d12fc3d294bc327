using System.Diagnostics;

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
    [DataRow("1_Pooling/missing.json")]
    public void Open_names_the_file_that_is_missing(string path)
    {
        var directory = new DiskModelDirectory(TinyModels.Directory("bert-dense"));

        Assert.IsFalse(directory.Contains(path));
        FileNotFoundException exception = Assert.ThrowsExactly<FileNotFoundException>(() => directory.Open(path));
        Assert.Contains(path, exception.Message);
        Assert.Contains("bert-dense", exception.Message);
    }

    [TestMethod]
    public void A_directory_in_the_place_of_a_file_is_refused()
    {
        string root = CopyOfLinks("bert-gelu-new");
        File.Delete(Path.Combine(root, "modules.json"));
        Directory.CreateDirectory(Path.Combine(root, "modules.json"));

        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => SentenceModel.Load(root));
        Directory.Delete(root, recursive: true);

        Assert.Contains("modules.json is a directory", exception.Message);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [DataRow("modules.json")]
    [DataRow("config.json")]
    [DataRow("model.safetensors")]
    public void A_pipe_is_an_empty_file_and_nobody_waits_for_what_it_may_bring(string path)
    {
        string root = CopyOfLinks("bert-gelu-new");
        string pipe = Path.Combine(root, "pipe");
        using (Process make = Process.Start("mkfifo", [pipe]))
        {
            make.WaitForExit();
        }

        File.Delete(Path.Combine(root, path));
        File.CreateSymbolicLink(Path.Combine(root, path), "pipe");

        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => SentenceModel.Load(root));
        Directory.Delete(root, recursive: true);

        Assert.Contains(path, exception.Message);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void Links_in_a_circle_are_refused()
    {
        string root = CopyOfLinks("bert-gelu-new");
        File.Delete(Path.Combine(root, "config.json"));
        File.CreateSymbolicLink(Path.Combine(root, "config.json"), "config2.json");
        File.CreateSymbolicLink(Path.Combine(root, "config2.json"), "config.json");

        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => SentenceModel.Load(root));
        Directory.Delete(root, recursive: true);

        Assert.Contains("config.json", exception.Message);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void Links_through_deep_paths_end_in_a_file_that_is_missing()
    {
        string root = CopyOfLinks("bert-gelu-new");
        string deep = string.Concat(Enumerable.Repeat("/a", 1900));
        for (int i = 0; i < 39; i++)
        {
            File.CreateSymbolicLink(Path.Combine(root, $"link{i}"), $"link{i + 1}{deep}");
        }

        File.Delete(Path.Combine(root, "config.json"));
        File.CreateSymbolicLink(Path.Combine(root, "config.json"), "link0" + deep);

        Exception exception = Assert.Throws<Exception>(() => SentenceModel.Load(root));
        Directory.Delete(root, recursive: true);

        Assert.IsTrue(exception is FileNotFoundException or DirectoryNotFoundException or InvalidDataException, exception.ToString());
    }

    [TestMethod]
    public void No_kind_of_directory_opens_a_path_that_leaves_it()
    {
        ModelDirectory[] directories =
        [
            new DiskModelDirectory(TinyModels.Directory("bert-dense")),
            EmbeddedModelDirectory.OfDefault(),
            EmbeddedModelDirectory.OfSmall(),
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
        // model -> cache/snapshots/1, whose files lead to ../../blobs: by name that would be a directory beside the model.
        string root = CopyOfLinks("bert-gelu-new");
        string snapshot = Path.Combine(root, "cache", "snapshots", "1");
        string blobs = Path.Combine(root, "cache", "blobs");
        Directory.CreateDirectory(Path.Combine(snapshot, "1_Pooling"));
        Directory.CreateDirectory(blobs);
        foreach (string file in Directory.EnumerateFiles(TinyModels.Directory("bert-gelu-new"), "*", SearchOption.AllDirectories))
        {
            string path = Path.GetRelativePath(TinyModels.Directory("bert-gelu-new"), file);
            string blob = path.Replace('/', '_');
            File.Copy(file, Path.Combine(blobs, blob));
            File.CreateSymbolicLink(Path.Combine(snapshot, path), Path.Combine("..", "..", path.Contains('/') ? ".." : ".", "blobs", blob));
        }

        string link = Path.Combine(root, "model");
        Directory.CreateSymbolicLink(link, Path.Combine("cache", "snapshots", "1"));

        SentenceModel direct = SentenceModel.Load(root);
        SentenceModel linked = SentenceModel.Load(link);
        Directory.Delete(root, recursive: true);

        Assert.AreEqual(ActivationFunction.GeluNew, ((BertConfiguration)direct.Encoder).Activation);
        Assert.AreEqual(ActivationFunction.GeluNew, ((BertConfiguration)linked.Encoder).Activation);
    }

    [TestMethod]
    public void The_embedded_files_are_those_of_the_default_model()
    {
        EmbeddedModelDirectory directory = EmbeddedModelDirectory.OfDefault();

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

    // Links rather than copies, except on Windows, where they need a privilege.
    private static string CopyOfLinks(string name)
    {
        string root = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        string model = TinyModels.Directory(name);
        foreach (string file in Directory.EnumerateFiles(model, "*", SearchOption.AllDirectories))
        {
            string path = Path.Combine(root, Path.GetRelativePath(model, file));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (OperatingSystem.IsWindows())
            {
                File.Copy(file, path);
            }
            else
            {
                File.CreateSymbolicLink(path, file);
            }
        }

        return root;
    }
}
