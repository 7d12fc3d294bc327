using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Token ids of the tiny models' files, special tokens, prompts and truncation included, against Python's.</summary>
/// <remarks>Models whose encoder is not a BERT are among them: only their tokenizer is read here.</remarks>
[TestClass]
public class TinyModelTokenTests
{
    // Of a golden without a limit.
    private const int LongText = 1 << 16;

    private static readonly string[] OtherKinds =
        ["modernbert-mean", "onnx-xlm-roberta", "roberta-mean", "roberta-prompts-exclude", "unigram-generic-on-bert", "xlm-roberta-mean", "xlmr-tokenizer-on-bert"];

    // Another module cuts and frames its text; its tokenizer.json alone is not what it runs.
    private static readonly string[] NotTested = ["static-embedding"];

    public static IEnumerable<object[]> WordPieceModels => Rows(TinyModels.AllNames.Except(OtherKinds).Except(NotTested));

    public static IEnumerable<object[]> OtherModels => Rows(OtherKinds);

    public static IEnumerable<object[]> WordPieceTokenizers => Rows(TinyModels.NamesWithTokenizerGolden.Except(OtherKinds));

    [TestMethod]
    [DynamicData(nameof(WordPieceModels))]
    public void Golden_texts_have_the_reference_ids(string name)
    {
        SentenceTokenizer tokenizer = Read(name);
        TinyGolden golden = TinyModels.Golden(name);

        int compared = golden.AssertIds(tokenizer, golden.MaxSeqLength ?? LongText);

        CollectionAssert.AreEqual(golden.UntruncatedLengths, golden.Texts.Select(text => tokenizer.CountTokens(golden.DefaultPrompt + text, int.MaxValue)).ToArray());
        ParityReport.Add($"token ids of tiny model {name}: {compared} texts compared, 0 different");
    }

    [TestMethod]
    [DynamicData(nameof(WordPieceTokenizers))]
    public void Random_texts_have_the_reference_ids(string name)
    {
        SentenceTokenizer tokenizer = Read(name);
        TinyTokenizerGolden golden = TinyModels.TokenizerGolden(name);
        int[] ids = new int[LongText];

        foreach ((string text, int[] expected) in golden.Texts.Zip(golden.InputIds))
        {
            CollectionAssert.AreEqual(expected, ids[..tokenizer.Encode(text, ids)], text);
        }

        Assert.HasCount(golden.Texts.Length, golden.InputIds);
        ParityReport.Add($"token ids of tiny tokenizer {name}: {golden.Texts.Length} texts compared, 0 different");
    }

    [TestMethod]
    [DynamicData(nameof(OtherModels))]
    public void Another_kind_of_tokenizer_is_refused_with_its_file_and_key(string name)
    {
        SharedData.Require($"reference/tiny/models/{name}");

        var exception = Assert.ThrowsExactly<NotSupportedException>(() => Read(name));

        StringAssert.Contains(exception.Message, $"{name}/tokenizer.json: 'model.type'");
    }

    [TestMethod]
    [DataRow("maxlen-positions", null)]
    [DataRow("maxlen-tokenizer", 37)]
    [DataRow("bert-no-tokenizer-config", null)]
    public void Model_maximum_length_is_that_of_the_configuration(string name, int? expected)
    {
        SharedData.Require($"reference/tiny/models/{name}");

        Assert.AreEqual(expected, Read(name).ModelMaximumLength);
    }

    private static IEnumerable<object[]> Rows(IEnumerable<string> names) => names.Select(name => new object[] { name });

    private static SentenceTokenizer Read(string name)
    {
        string directory = TinyModels.Directory(name);
        string transformer = Path.Combine(directory, "0_Transformer");
        directory = Directory.Exists(transformer) ? transformer : directory;
        bool lowerCaseFirst = false;
        if (Content("sentence_bert_config.json") is { } settings)
        {
            using var json = JsonDocument.Parse(settings);
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
