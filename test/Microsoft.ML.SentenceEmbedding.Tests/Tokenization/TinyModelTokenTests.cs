using System.Text.Json;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Token ids of the tiny models' files, special tokens, prompts and truncation included, against Python's.</summary>
/// <remarks>Models whose encoder is not a BERT are among them: only their tokenizer is read here.</remarks>
[TestClass]
public class TinyModelTokenTests
{
    // Of a golden without a limit; StaticEmbedding has none.
    private const int LongText = 1 << 16;

    private const string Static = "static-embedding";

    public static IEnumerable<object[]> Models => Rows(TinyModels.AllNames);

    public static IEnumerable<object[]> Tokenizers => Rows(TinyModels.NamesWithTokenizerGolden);

    [TestMethod]
    [DynamicData(nameof(Models))]
    public void Golden_texts_have_the_reference_ids(string name)
    {
        SentenceTokenizer tokenizer = Read(name);
        TinyGolden golden = TinyModels.Golden(name);

        int compared = golden.AssertIds(tokenizer, golden.MaxSeqLength ?? LongText);

        CollectionAssert.AreEqual(golden.UntruncatedLengths ?? LengthsOf(golden.InputIds), golden.Texts.Select(text => tokenizer.CountTokens(golden.DefaultPrompt + text, int.MaxValue)).ToArray());
        ParityReport.Add($"token ids of tiny model {name}: {compared} texts compared, 0 different");
    }

    [TestMethod]
    [DynamicData(nameof(Tokenizers))]
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
    [DynamicData(nameof(Tokenizers))]
    public void Tokens_with_offsets_are_the_same_and_lie_in_the_text(string name)
    {
        SentenceTokenizer sentence = Read(name);
        int[] ids = new int[LongText];

        foreach (string text in TinyModels.TokenizerGolden(name).Texts)
        {
            IReadOnlyList<EncodedToken> tokens = sentence.Tokenizer.EncodeToTokens(text, out _);

            int count = sentence.Encode(text, ids);
            CollectionAssert.AreEqual(ids[sentence.SpecialTokensBefore..(count - sentence.SpecialTokenCount + sentence.SpecialTokensBefore)], tokens.Select(token => token.Id).ToArray(), text);
            Assert.IsTrue(tokens.All(token => token.Offset.Start.Value >= 0 && token.Offset.Start.Value <= token.Offset.End.Value && token.Offset.End.Value <= text.Length), text);
            CollectionAssert.AreEqual(tokens.Select(token => token.Offset.Start.Value).Order().ToArray(), tokens.Select(token => token.Offset.Start.Value).ToArray(), text);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Tokenizers))]
    public void A_short_destination_gets_the_beginning_of_the_ids(string name)
    {
        ISpanTokenizer tokenizer = (ISpanTokenizer)Read(name).Tokenizer;
        int[] ids = new int[LongText];
        int[] beginning = new int[LongText];

        foreach (string text in TinyModels.TokenizerGolden(name).Texts)
        {
            int count = tokenizer.EncodeToIds(text, ids);
            foreach (int length in new[] { 0, 1, count / 2, count - 1 }.Where(length => length >= 0))
            {
                Assert.AreEqual(Math.Min(length, count), tokenizer.EncodeToIds(text, beginning.AsSpan(0, length)), text);
                CollectionAssert.AreEqual(ids[..Math.Min(length, count)], beginning[..Math.Min(length, count)], text);
            }
        }
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

    private static int[] LengthsOf(int[][] rows) => [.. rows.Select(row => row.Length)];

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
            ModelType = ReadModelType(Content("config.json")),
            IsTokenizerJsonAlone = name == Static,
            LowerCaseFirst = lowerCaseFirst,
        });

        // Without the cast, a missing file would become an empty one: the array's null converts to an empty memory.
        ReadOnlyMemory<byte>? Content(string file) => File.Exists(Path.Combine(directory, file)) ? (ReadOnlyMemory<byte>?)File.ReadAllBytes(Path.Combine(directory, file)) : null;
    }

    private static string? ReadModelType(ReadOnlyMemory<byte>? configuration)
    {
        using JsonDocument? json = configuration is { } content ? JsonDocument.Parse(content) : null;
        return json?.RootElement.GetProperty("model_type").GetString();
    }
}
