using System.Numerics.Tensors;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class SaveTests
{
    [TestMethod]
    [DynamicData(nameof(TinyModels.Rows), typeof(TinyModels))]
    public void Saved_model_has_the_files_it_was_read_from(string name)
    {
        SentenceModel model = SentenceModel.Load(TinyModels.Directory(name));
        string directory = TemporaryFiles.CreatePath();

        model.Save(directory);

        SentenceModel saved = SentenceModel.Load(directory);
        CollectionAssert.AreEqual(model.Files.Select(file => file.RelativePath).ToArray(), RelativePaths(directory));
        foreach (ModelFile file in model.Files)
        {
            CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(TinyModels.Directory(name), file.RelativePath)), File.ReadAllBytes(Path.Combine(directory, file.RelativePath)), file.RelativePath);
        }

        ModelComparison.AssertSameVectors(model, saved);
    }

    [TestMethod]
    public void A_model_keeps_its_weights_when_another_is_saved_over_it()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("Files that are mapped cannot be replaced on Windows.");
        }

        // Large enough to be mapped, and of the same length.
        SentenceModel first = SentenceModel.Default.KeepLayers(0);
        SentenceModel second = SentenceModel.Default.KeepLayers(5);
        string directory = TemporaryFiles.CreatePath();
        first.Save(directory);
        SentenceModel early = SentenceModel.Load(directory);
        SentenceModel late = SentenceModel.Load(directory);
        ModelComparison.AssertSameVectors(first, early);

        second.Save(directory);

        ModelComparison.AssertSameVectors(first, early);
        ModelComparison.AssertSameVectors(first, late);
        ModelComparison.AssertSameVectors(second, SentenceModel.Load(directory));
    }

    [TestMethod]
    [DynamicData(nameof(TinyModels.Rows), typeof(TinyModels))]
    public void No_file_that_Python_needs_is_left_behind(string name)
    {
        // Neither library needs them. Python looks at special_tokens_map.json where tokenizer_config.json does not list the added tokens; without
        // it, it takes the special tokens that this library takes. Of vocab.txt it has no use where there is a tokenizer.json.
        string[] unread = ["special_tokens_map.json", "README.md", "LICENSE", "vocab.txt"];
        string directory = TemporaryFiles.CreatePath();

        SentenceModel.Load(TinyModels.Directory(name)).Save(directory);

        string[] missing = [.. RelativePaths(TinyModels.Directory(name)).Except(RelativePaths(directory))];
        Assert.IsTrue(missing.All(unread.Contains), string.Join(", ", missing));
    }

    [TestMethod]
    [DynamicData(nameof(TinyModels.RowsWithWeights), typeof(TinyModels))]
    public void Precision_changes_vectors_by_its_rounding_only(string name)
    {
        SentenceModel model = SentenceModel.Load(TinyModels.Directory(name));
        string singles = TemporaryFiles.CreatePath();
        string halves = TemporaryFiles.CreatePath();

        model.Save(singles, WeightPrecision.Float32);
        model.Save(halves, WeightPrecision.Float16);

        ModelComparison.AssertSameVectors(model, SentenceModel.Load(singles));
        float[][] expected = ModelComparison.Encode(model);
        float[][] actual = ModelComparison.Encode(SentenceModel.Load(halves));
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.IsLessThan(3e-3f, TensorPrimitives.Distance(expected[i], actual[i]) / TensorPrimitives.Norm(expected[i]), $"text {i}");
        }
    }

    [TestMethod]
    public void Default_model_is_saved_with_its_halves_and_its_students_too()
    {
        string directory = TemporaryFiles.CreatePath();
        SentenceModel student = SentenceModel.Default.KeepLayers(0, 3);

        student.Save(directory);

        SentenceModel saved = SentenceModel.Load(directory);
        Assert.AreEqual(StoredDataType.Float16, saved.Weights.Get("embeddings.LayerNorm.bias", 384).DataType);
        ModelComparison.AssertSameVectors(student, saved);
        student.Save(directory, WeightPrecision.Float32);
        Assert.AreEqual(StoredDataType.Float32, SentenceModel.Load(directory).Weights.Get("embeddings.LayerNorm.bias", 384).DataType);
        ModelComparison.AssertSameVectors(student, SentenceModel.Load(directory));
        ModelComparison.AssertSameVectors(student, saved);
    }

    [TestMethod]
    public void Model_can_be_saved_to_the_directory_it_is_mapped_from()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("Windows replaces no file that is in use.");
        }

        string directory = TemporaryFiles.CreatePath();
        SentenceModel.Default.KeepLayers(0).Save(directory);
        SentenceModel model = SentenceModel.Load(directory);

        model.Save(directory, WeightPrecision.Float32);

        ModelComparison.AssertSameVectors(model, SentenceModel.Load(directory));
        Assert.AreEqual(StoredDataType.Float16, model.Weights.Get("embeddings.LayerNorm.bias", 384).DataType);
    }

    [TestMethod]
    public void Directory_that_is_there_becomes_the_model_and_keeps_what_is_no_part_of_one()
    {
        string directory = TemporaryFiles.Copy(TinyModels.Directory("bert-sharded"));
        string[] foreign = ["notes.txt", "logs/training.csv", "onnx/model.onnx"];
        foreach (string path in foreign.Append("pytorch_model.bin").Append("special_tokens_map.json"))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(directory, path))!);
            File.WriteAllText(Path.Combine(directory, path), "{}");
        }

        SentenceModel plain = SentenceModel.Load(TinyModels.Directory("plain-hf"));

        plain.Save(directory);

        string[] leftover = ["1_Pooling/config.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
        CollectionAssert.AreEquivalent(plain.Files.Select(file => file.RelativePath).Concat(foreign).Concat(leftover).ToArray(), RelativePaths(directory));
        ModelComparison.AssertSameVectors(plain, SentenceModel.Load(directory));
    }

    [TestMethod]
    [DataRow("bert-sharded", "bert-dense")]
    [DataRow("bert-dense", "bert-sharded")]
    [DataRow("legacy-subfolder", "legacy-vocab-txt")]
    [DataRow("legacy-vocab-txt", "bert-cased-max")]
    public void Nothing_of_an_older_model_is_taken_for_the_new_one(string newName, string oldName)
    {
        string directory = TemporaryFiles.Copy(TinyModels.Directory(oldName));
        SentenceModel model = SentenceModel.Load(TinyModels.Directory(newName));

        model.Save(directory);

        SentenceModel saved = SentenceModel.Load(directory);
        CollectionAssert.AreEqual(model.Files.Select(file => file.RelativePath).ToArray(), saved.Files.Select(file => file.RelativePath).ToArray());
        ModelComparison.AssertSameVectors(model, saved);
    }

    [TestMethod]
    public void Card_is_saved()
    {
        var card = new Dictionary<string, ReadOnlyMemory<byte>> { ["README.md"] = Encoding.UTF8.GetBytes("# A card") };
        string directory = TemporaryFiles.CreatePath();

        SentenceModel.Load(TinyModels.Directory("bert-dense")).With(new Dictionary<string, ReadOnlyMemory<float>>(), WeightPrecision.Float32, "carded", card).Save(directory, WeightPrecision.Float16);

        Assert.AreEqual("# A card", File.ReadAllText(Path.Combine(directory, "README.md")));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Failed_write_leaves_everything_as_it_was(bool exists)
    {
        string parent = TemporaryFiles.CreatePath();
        string directory = Path.Combine(parent, "model");
        Directory.CreateDirectory(parent);
        if (exists)
        {
            SentenceModel.Load(TinyModels.Directory("bert-dense")).Save(directory);
        }

        (string, string)[] before = Content(parent);

        // No file system takes a name of 300 characters: the last file cannot be written.
        var extra = new Dictionary<string, ReadOnlyMemory<byte>> { [new string('z', 300)] = new byte[1] };
        SentenceModel model = SentenceModel.Load(TinyModels.Directory("bert-cased-max")).With(new Dictionary<string, ReadOnlyMemory<float>>(), WeightPrecision.Float32, "long", extra);

        Assert.Throws<IOException>(() => model.Save(directory));
        CollectionAssert.AreEqual(before, Content(parent));
    }

    [TestMethod]
    [DataRow("tokenizer.json/in the way.txt", "tokenizer.json")]
    [DataRow("2_Dense", "2_Dense")]
    public void File_that_cannot_take_its_place_brings_the_others_back(string obstacle, string named)
    {
        string directory = TemporaryFiles.CreatePath();
        SentenceModel.Load(TinyModels.Directory("plain-hf")).Save(directory);
        File.Delete(Path.Combine(directory, "tokenizer.json"));
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(directory, obstacle))!);
        File.WriteAllText(Path.Combine(directory, obstacle), "in the way");
        (string, string)[] before = Content(directory);

        IOException exception = Assert.Throws<IOException>(() => SentenceModel.Load(TinyModels.Directory("bert-dense")).Save(directory));

        Assert.Contains(Path.Combine(directory, named), exception.Message);
        CollectionAssert.AreEqual(before, Content(directory));
    }

    [TestMethod]
    public void Path_of_a_file_is_refused()
    {
        string path = TemporaryFiles.CreatePath(".txt");
        File.WriteAllText(path, "text");

        IOException exception = Assert.ThrowsExactly<IOException>(() => SentenceModel.Default.Save(path));

        Assert.Contains($"{path} is a file", exception.Message);
        Assert.AreEqual("text", File.ReadAllText(path));
    }

    [TestMethod]
    public void Bad_arguments_are_refused()
    {
        Assert.ThrowsExactly<ArgumentNullException>(() => SentenceModel.Default.Save(null!));
        Assert.ThrowsExactly<ArgumentException>(() => SentenceModel.Default.Save(" "));
        Assert.ThrowsExactly<ArgumentException>(() => SentenceModel.Default.Save(" ", WeightPrecision.Float16));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SentenceModel.Default.Save("unused", (WeightPrecision)9));
    }

    private static string[] RelativePaths(string directory) =>
        [.. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(directory, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    private static (string Path, string Hash)[] Content(string directory) =>
        [.. RelativePaths(directory).Select(path => (path, Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(directory, path))))))];
}
