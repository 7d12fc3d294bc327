using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Token ids of the small model directories, special tokens, prompts and truncation included, against Python's.</summary>
[TestClass]
public class TinyModelTokenTests
{
    private const string Tiny = "reference/tiny/";

    public static IEnumerable<object[]> WordPieceModels => Names("models", IsWordPiece);

    public static IEnumerable<object[]> OtherModels => Names("models", name => !IsWordPiece(name));

    public static IEnumerable<object[]> WordPieceTokenizers => Names("tokenizers", IsWordPiece);

    [TestMethod]
    public void Every_directory_is_tested()
    {
        SharedData.Require(Tiny);
        Assert.AreEqual(47, WordPieceModels.Count() + OtherModels.Count());
        Assert.AreEqual(40, WordPieceModels.Count());
        Assert.AreEqual(7, WordPieceTokenizers.Count());
    }

    [TestMethod]
    [DynamicData(nameof(WordPieceModels))]
    public void Golden_texts_have_the_reference_ids(string name)
    {
        SentenceTokenizer tokenizer = Read(name);
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require($"{Tiny}goldens/{name}.json")));
        JsonElement root = golden.RootElement;
        string[] texts = [.. root.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!)];
        int maximum = root.GetProperty("max_seq_length") is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : 1 << 16;
        JsonElement promptName = root.GetProperty("default_prompt_name");
        string prompt = promptName.ValueKind == JsonValueKind.String ? root.GetProperty("prompts").GetProperty(promptName.GetString()!).GetString()! : string.Empty;

        int compared = CompareIds(tokenizer, texts, prompt, maximum, root.GetProperty("input_ids"));
        int[] lengths = [.. root.GetProperty("untruncated_lengths").EnumerateArray().Select(length => length.GetInt32())];
        CollectionAssert.AreEqual(lengths, texts.Select(text => tokenizer.CountTokens(prompt + text, int.MaxValue)).ToArray());
        foreach (JsonElement call in root.GetProperty("encode").EnumerateArray().Where(call => call.TryGetProperty("input_ids", out _)))
        {
            compared += CompareIds(tokenizer, texts, call.GetProperty("resolved_prompt").GetString()!, maximum, call.GetProperty("input_ids"));
        }

        ParityReport.Add($"token ids of tiny model {name}: {compared} texts compared, 0 different");
    }

    [TestMethod]
    [DynamicData(nameof(WordPieceTokenizers))]
    public void Random_texts_have_the_reference_ids(string name)
    {
        SentenceTokenizer tokenizer = Read(name);
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require($"{Tiny}tokenizers/{name}.json")));
        string[] texts = [.. golden.RootElement.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!)];

        int compared = CompareIds(tokenizer, texts, string.Empty, 1 << 16, golden.RootElement.GetProperty("input_ids"));

        ParityReport.Add($"token ids of tiny tokenizer {name}: {compared} texts compared, 0 different");
    }

    [TestMethod]
    [DynamicData(nameof(OtherModels))]
    public void Another_kind_of_tokenizer_is_refused_with_its_file_and_key(string name)
    {
        SharedData.Require(Tiny);

        var exception = Assert.ThrowsExactly<NotSupportedException>(() => Read(name));

        StringAssert.Contains(exception.Message, $"{name}/tokenizer.json: 'model.type'");
    }

    [TestMethod]
    [DataRow("maxlen-positions", null)]
    [DataRow("maxlen-tokenizer", 37)]
    [DataRow("bert-no-tokenizer-config", null)]
    public void Model_maximum_length_is_that_of_the_configuration(string name, int? expected) => Assert.AreEqual(expected, Read(name).ModelMaximumLength);

    private static int CompareIds(SentenceTokenizer tokenizer, string[] texts, string prompt, int maximum, JsonElement expected)
    {
        int[] ids = new int[maximum];
        int index = 0;
        foreach (JsonElement row in expected.EnumerateArray())
        {
            string text = prompt + texts[index++];
            int count = tokenizer.Encode(text, ids);
            CollectionAssert.AreEqual(row.EnumerateArray().Select(id => id.GetInt32()).ToArray(), ids[..count], text);
            Assert.AreEqual(count, tokenizer.CountTokens(text, maximum), text);
        }

        Assert.AreEqual(texts.Length, index);
        return index;
    }

    /// <summary>The names of the directories or files that are of a kind; where the shared data is absent, one that makes its test be skipped.</summary>
    /// <remarks>The static model's text is cut and framed by another module; its tokenizer.json alone is not what it runs.</remarks>
    private static IEnumerable<object[]> Names(string folder, Func<string, bool> isWanted) => SharedData.Directory is null
        ? [["absent"]]
        : Directory.EnumerateFileSystemEntries(Path.Combine(SharedData.Directory, Tiny, folder))
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Where(name => name != "static-embedding" && isWanted(name))
            .Order(StringComparer.Ordinal)
            .Select(name => new object[] { name });

    private static string DirectoryOf(string name)
    {
        string directory = SharedData.Require($"{Tiny}models/{name}");
        return Directory.Exists(Path.Combine(directory, "0_Transformer")) ? Path.Combine(directory, "0_Transformer") : directory;
    }

    private static bool IsWordPiece(string name)
    {
        string path = Path.Combine(DirectoryOf(name), "tokenizer.json");
        return !File.Exists(path) || File.ReadAllText(path).Contains("\"BertPreTokenizer\"", StringComparison.Ordinal);
    }

    private static SentenceTokenizer Read(string name)
    {
        string directory = DirectoryOf(name);
        string settings = Path.Combine(directory, "sentence_bert_config.json");
        bool lowerCaseFirst = false;
        if (File.Exists(settings))
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(settings));
            lowerCaseFirst = json.RootElement.TryGetProperty("do_lower_case", out JsonElement value) && value.GetBoolean();
        }

        return SentenceTokenizerReader.Read(new TokenizerFiles
        {
            DirectoryName = name,
            TokenizerJson = Content("tokenizer.json"),
            TokenizerConfigJson = Content("tokenizer_config.json"),
            VocabTxt = Content("vocab.txt"),
            LowerCaseFirst = lowerCaseFirst,
        });

        // Without the cast, a missing file would become an empty one: the array's null converts to an empty memory.
        ReadOnlyMemory<byte>? Content(string file) => File.Exists(Path.Combine(directory, file)) ? (ReadOnlyMemory<byte>?)File.ReadAllBytes(Path.Combine(directory, file)) : null;
    }
}
