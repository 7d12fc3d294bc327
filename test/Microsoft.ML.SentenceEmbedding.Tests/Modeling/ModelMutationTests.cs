using System.Text;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Damages a model's files at random, the same way in every run: each damaged model loads or is refused with one of the documented exceptions.</summary>
[TestClass]
public sealed class ModelMutationTests
{
    // More by the environment variable MUTATIONS, for a run of hours: 4,000 are about 100,000 files in all.
    private static readonly int Mutations = int.TryParse(Environment.GetEnvironmentVariable("MUTATIONS"), out int mutations) ? mutations : 200;

    private static readonly string Text = "Ça va, naïve café?  \t1,234.56 東京 한국어 \uD83D\uDE80 <mask></s> " + new string('x', 500);

    private static readonly string[] Values =
    [
        "null", "true", "false", "-1", "0", "1", "2", "16", "32", "64", "0.5", "1e999", "4294967296", "9223372036854775807", "18446744073709551616",
        "\"\"", "\"..\"", "\"/\"", "\"a\"", "\"F16\"", "\"I64\"", "\"\\ud800\"", "[]", "{}", "[0,4]", "[32]", "[9223372036854775807,2]", "{\"a\":{\"b\":[1]}}",
    ];

    private static readonly string[] Fragments = ["[", "]", "{", "}", ",", ":", "\"", "\\", "\0", "tru" + new string('e', 5000), new string('n', 2000), "\u00e9", "-", "9", new string('[', 100), "\"shape\":[0],"];

    public required TestContext TestContext { get; init; }

    [TestMethod]
    [DataRow("bert-dense", "modules.json")]
    [DataRow("bert-dense", "config.json")]
    [DataRow("bert-dense", "sentence_bert_config.json")]
    [DataRow("bert-dense", "config_sentence_transformers.json")]
    [DataRow("bert-dense", "tokenizer.json")]
    [DataRow("bert-dense", "tokenizer_config.json")]
    [DataRow("bert-dense", "1_Pooling/config.json")]
    [DataRow("bert-dense", "2_Dense/config.json")]
    [DataRow("bert-dense", "3_Normalize/config.json")]
    [DataRow("bert-mean-sqrt-len", "1_Pooling/config.json")]
    [DataRow("bert-sharded", "model.safetensors.index.json")]
    [DataRow("legacy-vocab-txt", "tokenizer_config.json")]
    [DataRow("legacy-vocab-txt", "vocab.txt")]
    [DataRow("distilbert-mean", "config.json")]
    [DataRow("modernbert-mean", "config.json")]
    [DataRow("modernbert-mean", "tokenizer.json")]
    [DataRow("mpnet-mean", "config.json")]
    [DataRow("mpnet-mean", "tokenizer_config.json")]
    [DataRow("onnx-bert", "config.json")]
    [DataRow("roberta-mean", "config.json")]
    [DataRow("roberta-mean", "tokenizer.json")]
    [DataRow("static-embedding", "modules.json")]
    [DataRow("static-embedding", "tokenizer.json")]
    [DataRow("unigram-generic-on-bert", "tokenizer.json")]
    [DataRow("xlm-roberta-mean", "tokenizer.json")]
    [DataRow("xlm-roberta-mean", "tokenizer_config.json")]
    public void A_damaged_configuration_loads_or_is_refused(string name, string path)
    {
        RequireModel(name);
        byte[] original = new EditableModel(name)[path].ToArray();

        Run(name, path, random => Damage(original, random));
    }

    [TestMethod]
    [DataRow("onnx-bert", "onnx/model.onnx")]
    [DataRow("onnx-xlm-roberta", "onnx/model.onnx")]
    public void A_damaged_graph_loads_or_is_refused(string name, string path)
    {
        RequireModel(name);
        byte[] original = new EditableModel(name)[path].ToArray();

        Run(name, path, random => random.Next(4) == 0 ? original[..random.Next(original.Length)] : Damage(original, random));
    }

    [TestMethod]
    [DataRow("bert-dense", "model.safetensors")]
    [DataRow("bert-dense", "2_Dense/model.safetensors")]
    [DataRow("bert-bf16", "model.safetensors")]
    [DataRow("bert-sharded", "model-00002-of-00002.safetensors")]
    [DataRow("static-embedding", "model.safetensors")]
    [DataRow("modernbert-mean", "model.safetensors")]
    public void A_damaged_header_loads_or_is_refused(string name, string path)
    {
        RequireModel(name);
        byte[] original = new EditableModel(name)[path].ToArray();
        int headerLength = (int)BitConverter.ToUInt64(original);
        byte[] header = original[8..(8 + headerLength)];
        byte[] data = original[(8 + headerLength)..];

        Run(name, path, random => random.Next(8) switch
        {
            0 => original[..random.Next(original.Length)],
            1 => [.. SafetensorsBuilder.Length(NextLength(random, headerLength)), .. original[8..]],
            _ => SafetensorsBuilder.Build(Damage(header, random), data),
        });
    }

    private void Run(string name, string path, Func<Random, byte[]> damage)
    {
        var random = new Random(20240607);
        var model = new EditableModel(name);
        int loaded = 0;
        int refused = 0;
        for (int mutation = 0; mutation < Mutations; mutation++)
        {
            model[path] = damage(random);
            try
            {
                Use(model.Load());
                loaded++;
            }
            catch (Exception exception) when (exception is InvalidDataException or NotSupportedException or FileNotFoundException)
            {
                Assert.IsFalse(string.IsNullOrWhiteSpace(exception.Message));
                Assert.IsLessThan(1000, exception.Message.Length);
                refused++;
            }
        }

        // A damage that always or never matters would show that the test does not reach the reader.
        Assert.IsGreaterThan(Mutations / 10, refused);
        TestContext.WriteLine($"{name}/{path}: {loaded} loaded, {refused} refused");
    }

    // What loads must also be usable: its weights can be read in the shapes that the encoder asks for, and a text has ids that the encoder knows.
    private static void Use(SentenceModel model)
    {
        foreach (WeightDescription weight in model.Encoder.AllWeights().TakeLast(1))
        {
            Assert.AreEqual(weight.Shape.Aggregate(1L, (count, dimension) => count * dimension), model.Weights.GetChecked(weight.Name).ToSingle().Length);
        }

        int[] ids = new int[Math.Min(model.MaximumTokens, 2_000)];
        int count = model.SentenceTokenizer.Encode(Text, ids);
        Assert.IsTrue(ids.AsSpan(0, count).ToArray().All(id => id >= 0 && id < model.Encoder.VocabularySize));
        Assert.IsGreaterThan(0, model.Dimensions);
        Assert.IsLessThanOrEqualTo(model.Encoder.MaximumTokens, model.MaximumTokens);
    }

    private static void RequireModel(string name)
    {
        if (!TinyModels.AllNames.Contains(name))
        {
            SharedData.Require($"reference/tiny/models/{name}");
        }
    }

    private static ulong NextLength(Random random, int headerLength) => random.Next(3) switch
    {
        0 => (ulong)random.NextInt64(),
        1 => (ulong)random.Next(2 * headerLength),
        _ => 1UL << random.Next(64),
    };

    private static byte[] Damage(byte[] original, Random random)
    {
        var bytes = new List<byte>(original);
        if (random.Next(2) == 0)
        {
            ReplaceValue(bytes, random);
            return [.. bytes];
        }

        for (int change = random.Next(3); change >= 0 && bytes.Count > 0; change--)
        {
            int at = random.Next(bytes.Count);
            int count = Math.Min(random.Next(1, 20), bytes.Count - at);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, count);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, count));
                    break;
                default:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Fragments[random.Next(Fragments.Length)]));
                    break;
            }
        }

        return [.. bytes];
    }

    // Puts another value behind a colon, so that the result mostly is JSON and what it says is wrong.
    private static void ReplaceValue(List<byte> bytes, Random random)
    {
        int begin = bytes.IndexOf((byte)':', random.Next(bytes.Count)) + 1;
        int end = bytes.FindIndex(begin, value => value is (byte)',' or (byte)'}' or (byte)']');
        if (begin > 0 && end >= 0)
        {
            // An array or an object is replaced as a whole where it is flat.
            end += bytes[end] == ',' && bytes[begin] == '[' ? bytes.IndexOf((byte)']', end) - end + 1 : 0;
            bytes.RemoveRange(begin, end - begin);
            bytes.InsertRange(begin, Encoding.UTF8.GetBytes(Values[random.Next(Values.Length)]));
        }
    }
}
