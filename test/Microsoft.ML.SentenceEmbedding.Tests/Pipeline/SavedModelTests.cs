using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class SavedModelTests
{
    private const string Manifest = "SentenceModel0/Manifest";
    private const string TransformerKey = "TransformerChain/Model.key";

    private static readonly SentenceModel Model = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));
    private static readonly string LongText = string.Concat(Enumerable.Repeat("one more word of many ", 200));
    private static readonly MLContext MLContext = new(seed: 1);
    private static readonly IDataView Data = MLContext.Data.LoadFromEnumerable(TextData.CreateRows(3));

    [TestMethod]
    public void Stages_of_one_model_store_it_once_and_share_it_when_loaded()
    {
        byte[] zip = Save(CreateStages(Model));

        var loaded = (TransformerChain<ITransformer>)Load(zip);

        string[] entries = [.. ReadEntries(zip).Keys.Where(name => name.StartsWith("SentenceModel", StringComparison.Ordinal))];
        Assert.AreEqual(Model.Files.Count + 1, entries.Length);
        Assert.IsTrue(entries.All(name => name == Manifest || name.StartsWith("SentenceModel0/File", StringComparison.Ordinal)));
        ITransformer[] stages = [.. loaded];
        SentenceModel model = ((TokenizeSentenceTransformer)stages[0]).Model;
        Assert.AreSame(model, ((ScoreTokensTransformer)stages[1]).Model);
        Assert.AreSame(model, ((PoolTokensTransformer)stages[2]).Model);
        Assert.AreEqual(Model.Name, model.Name);
        Assert.AreEqual(Model.Files.Sum(file => file.Length), model.Files.Sum(file => file.Length));
    }

    [TestMethod]
    public void Two_models_are_stored_side_by_side()
    {
        SentenceModel other = SentenceModel.Load(TinyModels.Directory("bert-cased-max"));
        byte[] zip = Save(MLContext.Transforms.SentenceEmbedding("A", "Text", Model).Append(MLContext.Transforms.SentenceEmbedding("B", "Text", other)));

        IDataView data = Load(zip).Transform(Data);

        Assert.AreEqual(Model.Dimensions, data.GetColumn<float[]>("A").First().Length);
        Assert.AreEqual(other.Dimensions, data.GetColumn<float[]>("B").First().Length);
    }

    [TestMethod]
    public void Loaded_model_can_be_saved_again()
    {
        byte[] zip = Save(MLContext.Transforms.SentenceEmbedding("A", "Text", Model));

        using var stream = new MemoryStream();
        MLContext.Model.Save(Load(zip), Data.Schema, stream);

        CollectionAssert.AreEqual(ReadEntries(zip)[Manifest], ReadEntries(stream.ToArray())[Manifest]);
    }

    [TestMethod]
    public void Default_model_is_saved_with_all_its_files()
    {
        SentenceEmbeddingTransformer transformer = MLContext.Transforms.SentenceEmbedding("A", "Text").Fit(Data);
        using var stream = new MemoryStream();
        MLContext.Model.Save(transformer, Data.Schema, stream);

        ITransformer loaded = Load(stream.ToArray());

        Assert.AreNotSame(SentenceModel.Default, ((SentenceEmbeddingTransformer)loaded).Model);
        CollectionAssert.AreEqual(transformer.Transform(Data).GetColumn<float[]>("A").First(), loaded.Transform(Data).GetColumn<float[]>("A").First());
    }

    [TestMethod]
    public void Optional_columns_are_saved()
    {
        byte[] zip = Save(MLContext.Transforms.TokenizeSentence(
            new TokenizeSentenceEstimator.Options { OutputColumnName = "Ids", InputColumnName = "Text", TokenTypeIdsColumnName = "Types", Model = Model }));

        DataViewSchema schema = Load(zip).GetOutputSchema(Data.Schema);

        Assert.AreEqual("Ids, Types", string.Join(", ", schema.Skip(Data.Schema.Count).Select(column => column.Name)));
    }

    [TestMethod]
    public void Handling_of_long_texts_is_saved()
    {
        IDataView data = MLContext.Data.LoadFromEnumerable([new TextRow { Text = LongText }]);
        SentenceEmbeddingTransformer transformer = MLContext.Transforms.SentenceEmbedding(CreateOptions(LongTextHandling.AverageWindows)).Fit(data);
        SentenceEmbeddingTransformer truncating = MLContext.Transforms.SentenceEmbedding(CreateOptions(LongTextHandling.Truncate)).Fit(data);
        float[] expected = transformer.Transform(data).GetColumn<float[]>("A").Single();
        using var stream = new MemoryStream();
        MLContext.Model.Save(transformer, data.Schema, stream);

        ITransformer loaded = Load(stream.ToArray());

        CollectionAssert.AreEqual(expected, loaded.Transform(data).GetColumn<float[]>("A").Single());
        CollectionAssert.AreNotEqual(expected, truncating.Transform(data).GetColumn<float[]>("A").Single());
        using PredictionEngine<TextRow, OutputA> engine = MLContext.Model.CreatePredictionEngine<TextRow, OutputA>(loaded);
        Assert.IsLessThanOrEqualTo(1e-6f, Difference.Largest(engine.Predict(new TextRow { Text = LongText }).A, expected));
    }

    [TestMethod]
    public void Unknown_handling_of_long_texts_is_refused()
    {
        byte[] zip = Change(Save(MLContext.Transforms.SentenceEmbedding(CreateOptions(LongTextHandling.AverageWindows))), entries =>
        {
            // ML.NET's header has the place of the content at byte 16; there are the two columns' names as numbers, and then the byte.
            byte[] key = entries[TransformerKey];
            int place = (int)BinaryPrimitives.ReadInt64LittleEndian(key.AsSpan(16)) + (2 * sizeof(int));
            Assert.AreEqual((byte)LongTextHandling.AverageWindows, key[place]);
            key[place] = 9;
        });

        AssertRefused(zip, "in the way 9");
    }

    [TestMethod]
    public void Transformer_of_the_first_version_is_loaded_and_truncates()
    {
        // The entry was saved by commit be8555c, the last one with version 1, from SentenceEmbedding("A", "Text").
        byte[] zip = Save(MLContext.Transforms.SentenceEmbedding(CreateOptions(LongTextHandling.AverageWindows)));
        byte[] old = Change(zip, entries => entries[TransformerKey] = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "saved", "transformer-version-1.key")));
        IDataView data = MLContext.Data.LoadFromEnumerable([new TextRow { Text = LongText }]);

        float[] vector = Load(old).Transform(data).GetColumn<float[]>("A").Single();

        CollectionAssert.AreEqual(MLContext.Transforms.SentenceEmbedding("A", "Text", Model).Fit(data).Transform(data).GetColumn<float[]>("A").Single(), vector);
    }

    [TestMethod]
    public void Transformer_of_the_second_version_is_loaded_with_its_handling_of_long_texts()
    {
        // The entry was saved by commit f5b2032, the last one with version 2, from SentenceEmbedding("A", "Text") with AverageWindows.
        byte[] zip = Save(MLContext.Transforms.SentenceEmbedding("A", "Text", Model));
        byte[] old = Change(zip, entries => entries[TransformerKey] = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "saved", "transformer-version-2.key")));
        IDataView data = MLContext.Data.LoadFromEnumerable([new TextRow { Text = LongText }]);

        float[] vector = Load(old).Transform(data).GetColumn<float[]>("A").Single();

        SentenceEmbeddingTransformer averaging = MLContext.Transforms.SentenceEmbedding(CreateOptions(LongTextHandling.AverageWindows)).Fit(data);
        CollectionAssert.AreEqual(averaging.Transform(data).GetColumn<float[]>("A").Single(), vector);
    }

    [TestMethod]
    [DataRow(7, "keeps -16777168 dimensions")]
    [DataRow(8, "has 255 where")]
    public void Settings_that_make_no_sense_are_refused(int place, string message)
    {
        byte[] zip = Change(Save(MLContext.Transforms.SentenceEmbedding("A", "Text", Model)), entries =>
        {
            // Behind the two columns' names and the handling of long texts: the prompt's number, the dimensions, and the flag.
            byte[] key = entries[TransformerKey];
            int start = (int)BinaryPrimitives.ReadInt64LittleEndian(key.AsSpan(16)) + (2 * sizeof(int)) + 1;
            Assert.AreEqual(Model.Dimensions, BinaryPrimitives.ReadInt32LittleEndian(key.AsSpan(start + sizeof(int))));
            key[start + place] = 255;
        });

        AssertRefused(zip, message);
    }

    [TestMethod]
    public void Half_a_zip_is_refused()
    {
        byte[] zip = Save(CreateStages(Model));

        AssertRefused(zip[..(zip.Length / 2)], "zip");
    }

    [TestMethod]
    public void Missing_manifest_is_named() => AssertRefused(entries => entries.Remove(Manifest), Manifest);

    [TestMethod]
    public void Missing_file_is_named() => AssertRefused(entries => entries.Remove("SentenceModel0/File1"), "SentenceModel0/File1");

    [TestMethod]
    public void Shortened_file_is_named_with_both_lengths()
    {
        ModelFile file = Model.Files.First();

        AssertRefused(entries => entries["SentenceModel0/File0"] = entries["SentenceModel0/File0"][1..], $"'{file.RelativePath}' has {file.Length - 1} bytes, but {file.Length}");
    }

    [TestMethod]
    public void Changed_file_is_named() =>
        AssertRefused(entries => entries["SentenceModel0/File0"][0] ^= 1, $"'{Model.Files.First().RelativePath}' is damaged");

    [TestMethod]
    public void Later_version_is_refused() => AssertRefused(entries => entries[Manifest][0] = 2, "its version is 2");

    [TestMethod]
    [DataRow(0)]
    [DataRow(-1)]
    [DataRow(int.MaxValue)]
    public void Impossible_number_of_files_is_refused(int count) =>
        AssertRefused(
            entries =>
            {
                byte[] manifest = entries[Manifest];
                int end = manifest.Length - SHA256.HashSizeInBytes;
                BinaryPrimitives.WriteInt32LittleEndian(manifest.AsSpan(5 + Encoding.UTF8.GetByteCount(Model.Name)), count);
                SHA256.HashData(manifest.AsSpan(0, end)).CopyTo(manifest, end);
            },
            $"{count} files");

    [TestMethod]
    public void Manifest_that_ends_early_is_refused() => AssertRefused(entries => entries[Manifest] = entries[Manifest][..^20], "damaged");

    [TestMethod]
    public void Empty_manifest_is_refused() => AssertRefused(entries => entries[Manifest] = [], "it has 0 bytes");

    [TestMethod]
    [DataRow("../outside.json")]
    [DataRow("/etc/passwd")]
    [DataRow("C:\\config.json")]
    public void Path_that_leaves_the_model_is_refused(string path)
    {
        using var manifest = new MemoryStream();
        new ModelManifest("model", [new ModelManifest.File(path, 1, new byte[32])]).Write(manifest);

        AssertRefused(entries => entries[Manifest] = manifest.ToArray(), path);
    }

    [TestMethod]
    public void Garbage_anywhere_in_the_manifest_gives_an_exception()
    {
        byte[] zip = Save(MLContext.Transforms.SentenceEmbedding("A", "Text", Model));
        int length = ReadEntries(zip)[Manifest].Length;
        for (int i = 0; i < length; i += 7)
        {
            byte[] changed = Change(zip, entries => entries[Manifest][i] ^= 0xFF);

            Assert.Throws<Exception>(() => Load(changed), $"byte {i}");
        }
    }

    [TestMethod]
    public void Place_outside_the_models_is_refused() =>
        AssertRefused(entries => ReplaceText(entries, "SentenceModel0", "TransformerCha"), "TransformerCha");

    [TestMethod]
    public void Transformer_of_a_later_version_is_refused()
    {
        AssertRefused(
            entries =>
            {
                // ML.NET's header: signature of the file format, its version, the model's signature, version written, version readable.
                string name = entries.Keys.Single(key => key.Contains("Transform_000", StringComparison.Ordinal) && key.EndsWith("Model.key", StringComparison.Ordinal));
                int start = entries[name].AsSpan().IndexOf("SENTEMBD"u8) is var found and >= 0 ? found : entries[name].AsSpan().IndexOf("DBMETNES"u8);
                BinaryPrimitives.WriteInt32LittleEndian(entries[name].AsSpan(start + 8), 0x00990001);
                BinaryPrimitives.WriteInt32LittleEndian(entries[name].AsSpan(start + 12), 0x00990001);
            },
            "too new");
    }

    [TestMethod]
    public void Failing_stream_fails_the_save()
    {
        ITransformer transformer = MLContext.Transforms.SentenceEmbedding("A", "Text", Model).Fit(Data);
        using var stream = new FailingStream();

        IOException exception = Assert.Throws<IOException>(() => MLContext.Model.Save(transformer, Data.Schema, stream));

        Assert.AreEqual(FailingStream.Message, exception.Message);
    }

    private static SentenceEmbeddingEstimator.Options CreateOptions(LongTextHandling longTexts) =>
        new() { OutputColumnName = "A", InputColumnName = "Text", Model = Model, EncoderOptions = new SentenceEncoderOptions { LongTexts = longTexts } };

    private static EstimatorChain<ITransformer> CreateStages(SentenceModel model) =>
        new EstimatorChain<ITransformer>()
            .Append<ITransformer>(MLContext.Transforms.TokenizeSentence("Tokens", "Text", model))
            .Append<ITransformer>(MLContext.Transforms.ScoreTokens("Vectors", "Tokens", model))
            .Append<ITransformer>(MLContext.Transforms.PoolTokens("A", "Vectors", model));

    private static byte[] Save(IEstimator<ITransformer> estimator)
    {
        using var stream = new MemoryStream();
        MLContext.Model.Save(estimator.Fit(Data), Data.Schema, stream);
        return stream.ToArray();
    }

    private static ITransformer Load(byte[] zip) => new MLContext().Model.Load(new MemoryStream(zip), out _);

    private static void AssertRefused(Action<Dictionary<string, byte[]>> change, string message) =>
        AssertRefused(Change(Save(new EstimatorChain<ITransformer>().Append<ITransformer>(MLContext.Transforms.SentenceEmbedding("A", "Text", Model))), change), message);

    private static void AssertRefused(byte[] zip, string message)
    {
        Exception? exception = Assert.Throws<Exception>(() => Load(zip));
        var messages = new List<string>();
        for (; exception is not null; exception = exception.InnerException)
        {
            messages.Add($"{exception.GetType().Name}: {exception.Message}");
        }

        Assert.IsTrue(messages.Any(line => line.Contains(message, StringComparison.Ordinal)), string.Join(Environment.NewLine, messages));
    }

    private static void ReplaceText(Dictionary<string, byte[]> entries, string text, string replacement)
    {
        foreach (byte[] bytes in entries.Where(entry => entry.Key.EndsWith("Model.key", StringComparison.Ordinal)).Select(entry => entry.Value))
        {
            foreach (Encoding encoding in new[] { Encoding.UTF8, Encoding.Unicode })
            {
                int place = bytes.AsSpan().IndexOf(encoding.GetBytes(text));
                if (place >= 0)
                {
                    encoding.GetBytes(replacement).CopyTo(bytes, place);
                }
            }
        }
    }

    private static byte[] Change(byte[] zip, Action<Dictionary<string, byte[]>> change)
    {
        Dictionary<string, byte[]> entries = ReadEntries(zip);
        change(entries);
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in entries)
            {
                using Stream entry = archive.CreateEntry(name).Open();
                entry.Write(bytes);
            }
        }

        return stream.ToArray();
    }

    private static Dictionary<string, byte[]> ReadEntries(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip), ZipArchiveMode.Read);
        var entries = new Dictionary<string, byte[]>();
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using Stream stream = entry.Open();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            entries.Add(entry.FullName, bytes.ToArray());
        }

        return entries;
    }

    /// <summary>What a prediction engine of the saved transformer gives.</summary>
    private sealed class OutputA
    {
        public float[] A { get; set; } = [];
    }

    /// <summary>A stream whose disk is full after a few bytes.</summary>
    private sealed class FailingStream : MemoryStream
    {
        public const string Message = "The disk is full.";

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (Length + count > 10_000)
            {
                throw new IOException(Message);
            }

            base.Write(buffer, offset, count);
        }
    }
}
