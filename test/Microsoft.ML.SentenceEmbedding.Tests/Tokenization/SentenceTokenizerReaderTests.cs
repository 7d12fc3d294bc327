using System.Text;
using System.Text.Json.Nodes;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class SentenceTokenizerReaderTests
{
    private static readonly string Nested = new string('[', 100_000) + new string(']', 100_000);

    public static IEnumerable<object[]> DamagedFiles =>
    [
        ["cut off", TokenizerFile.Text[..500], "not valid JSON"],
        ["empty", string.Empty, "not valid JSON"],
        ["not an object", "[1]", "the content [1] must be an object"],
        ["nested absurdly", $$"""{"model": {{Nested}}}""", "not valid JSON"],
        ["no unknown token", Changed(file => file["model"]!["unk_token"] = "[NONE]"), "'[NONE]' is not in the vocabulary"],
        ["unknown token empty", Changed(file => file["model"]!["unk_token"] = string.Empty), "'model.unk_token' is \"\" and must be a token"],
        ["unknown token missing", Changed(file => file["model"]!.AsObject().Remove("unk_token")), "'model.unk_token' is missing"],
        ["duplicate id", Changed(file => file["model"]!["vocab"]!["hello"] = 5), "'model.vocab.world' is 5 and must be an id that no other token has"],
        ["negative id", Changed(file => file["model"]!["vocab"]!["hello"] = -1), "'model.vocab.hello' is -1 and must be a whole number from 0 to 2147483646"],
        ["id too large", Changed(file => file["model"]!["vocab"]!["hello"] = 2147483647L), "'model.vocab.hello' is 2147483647 and must be a whole number from 0 to 2147483646"],
        ["id beyond all integers", TokenizerFile.Text.Replace("\"hello\": 4", "\"hello\": 1e400", StringComparison.Ordinal), "'model.vocab.hello' is 1e400 and must be a whole number from 0 to 2147483646"],
        ["id not a number", Changed(file => file["model"]!["vocab"]!["hello"] = "4"), "'model.vocab.hello' is \"4\" and must be a whole number from 0 to 2147483646"],
        ["id not whole", Changed(file => file["model"]!["vocab"]!["hello"] = 4.5), "'model.vocab.hello' is 4.5 and must be a whole number from 0 to 2147483646"],
        ["same token twice", TokenizerFile.Text.Replace("\"world\": 5", "\"hello\": 5", StringComparison.Ordinal), "'model.vocab.hello' is 5 and must be there only once"],
        ["token with half a surrogate pair", TokenizerFile.Text.Replace("\"hello\"", "\"\\ud800\"", StringComparison.Ordinal), "not valid JSON: Cannot read incomplete UTF-16"],
        ["key with half a surrogate pair", TokenizerFile.Text.Replace("\"decoder\"", "\"\\udc00\"", StringComparison.Ordinal), "not valid JSON: Cannot read invalid UTF-16"],
        ["vocabulary an array", Changed(file => file["model"]!["vocab"] = new JsonArray("a", "b")), "'model.vocab' is [\"a\",\"b\"] and must be an object"],
        ["vocabulary missing", Changed(file => file["model"]!.AsObject().Remove("vocab")), "'model.vocab' is missing"],
        ["added token without text", Changed(file => file["added_tokens"]![0]!.AsObject().Remove("content")), "'added_tokens[0].content' is missing"],
        ["added token with a wrong flag", Changed(file => file["added_tokens"]![0]!["lstrip"] = 1), "'added_tokens[0].lstrip' is 1 and must be true or false"],
        ["added token with a negative id", Changed(file => file["added_tokens"]![0]!["id"] = -5), "'added_tokens[0].id' is -5 and must be a whole number from 0"],
        ["added token of absurd length", Changed(file => file["added_tokens"]![0]!["content"] = new string('x', 1001)), "must be a string of at most 1000 characters"],
        ["added tokens an object", Changed(file => file["added_tokens"] = new JsonObject()), "'added_tokens' is {} and must be an array"],
        ["normalizer a number", Changed(file => file["normalizer"] = 5), "'normalizer' is 5 and must be an object"],
        ["lower-casing not a flag", Changed(file => file["normalizer"]!["lowercase"] = "yes"), "'normalizer.lowercase' is \"yes\" and must be true or false"],
        ["word length zero", Changed(file => file["model"]!["max_input_chars_per_word"] = 0), "'model.max_input_chars_per_word' is 0 and must be a whole number from 1"],
        ["word length absurd", Changed(file => file["model"]!["max_input_chars_per_word"] = 10_001), "'model.max_input_chars_per_word' is 10001 and must be a whole number from 1 to 10000"],
        ["piece of absurd length", Changed(file => file["model"]!["vocab"]![new string('x', 1001)] = 27), "must be the id of a token of at most 1000 characters"],
        ["word length negative", Changed(file => file["model"]!["max_input_chars_per_word"] = -1), "'model.max_input_chars_per_word' is -1 and must be"],
        ["template without the text", Changed(file => file["post_processor"]!["single"] = new JsonArray()), "'post_processor.single' is [] and must be a template with the sequence A"],
        ["template that says a token again and again", Changed(file => file["post_processor"]!["single"] = new JsonArray([.. Enumerable.Range(0, 1002).Select(_ => JsonNode.Parse("""{"SpecialToken": {"id": "[CLS]", "type_id": 0}}"""))])), "a template of at most 1000 special tokens"],
        ["special token of many ids", Changed(file => file["post_processor"]!["special_tokens"]!["[CLS]"]!["ids"] = new JsonArray([.. Enumerable.Repeat(0, 1001).Select(id => (JsonNode)id)])), "a template of at most 1000 special tokens"],
        ["template of special tokens without ids", Changed(WithEmptySpecialTokens), "at most 1000 special tokens"],
        ["special token that is not described", Changed(file => file["post_processor"]!["special_tokens"]!.AsObject().Remove("[SEP]")), "'post_processor.special_tokens.[SEP]' is missing"],
        ["special token without ids", Changed(file => file["post_processor"]!["special_tokens"]!["[CLS]"]!["ids"] = "2"), "'post_processor.special_tokens.[CLS].ids' is \"2\" and must be an array"],
    ];

    public static IEnumerable<object[]> OtherTokenizers =>
    [
        ["model", Changed(file => file["model"]!["type"] = "WordLevel"), "'model.type' is \"WordLevel\""],
        ["model without a type", Changed(file => file["model"]!.AsObject().Remove("type")), "'model.type' is missing"],
        ["normalizer", Changed(file => file["normalizer"] = new JsonObject { ["type"] = "NFC" }), "'normalizer.type' is \"NFC\""],
        ["sequence of normalizers", Changed(file => file["normalizer"] = Sequence("Lowercase", "Strip")), "'normalizer.normalizers[1].type' is \"Strip\""],
        ["two BertNormalizers", Changed(file => file["normalizer"] = Sequence("BertNormalizer", "BertNormalizer")), "'normalizer.normalizers[1].type'"],
        ["pre-tokenizer", Changed(file => file["pre_tokenizer"]!["type"] = "Whitespace"), "'pre_tokenizer.type' is \"Whitespace\""],
        ["no pre-tokenizer", Changed(file => file["pre_tokenizer"] = null), "'pre_tokenizer.type' is missing"],
        ["post-processor", Changed(file => file["post_processor"]!["type"] = "Other"), "'post_processor.type' is \"Other\""],
        ["two post-processors", Changed(file => file["post_processor"] = PostProcessors("BertProcessing", "BertProcessing")), "'post_processor.processors[1].type' is \"BertProcessing\""],
        ["truncation at the beginning", Changed(file => file["truncation"] = JsonNode.Parse("""{"direction": "Left", "max_length": 3, "strategy": "LongestFirst", "stride": 0}""")), "'truncation.direction' is \"Left\""],
        ["token type", Changed(file => file["post_processor"]!["single"]![0]!["SpecialToken"]!["type_id"] = 1), "'post_processor.single[0].SpecialToken.type_id' is 1"],
        ["template with the text twice", Changed(file => file["post_processor"]!["single"]!.AsArray().Add(JsonNode.Parse("""{"Sequence": {"id": "A", "type_id": 0}}"""))), "'post_processor.single[3]'"],
    ];

    [TestMethod]
    [DynamicData(nameof(DamagedFiles))]
    public void A_damaged_file_is_refused_by_name_and_key(string what, string content, string expected)
    {
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => TokenizerFile.ReadText(content), what);

        StringAssert.StartsWith(exception.Message, "tiny/tokenizer.json: ", what);
        StringAssert.Contains(exception.Message, expected, what);
    }

    [TestMethod]
    public void Bytes_that_are_not_text_are_refused_by_name()
    {
        byte[] content = Encoding.UTF8.GetBytes(TokenizerFile.Text);
        content[Array.IndexOf(content, (byte)'h')] = 0xFF;

        var exception = Assert.ThrowsExactly<InvalidDataException>(() => SentenceTokenizerReader.Read(new TokenizerFiles { DirectoryName = "tiny", TokenizerJson = content }));

        Assert.AreEqual("tiny/tokenizer.json: not valid JSON: it holds bytes that are not UTF-8.", exception.Message);
    }

    [TestMethod]
    [DynamicData(nameof(OtherTokenizers))]
    public void Another_kind_of_tokenizer_is_refused_by_file_and_key(string what, string content, string expected)
    {
        var exception = Assert.ThrowsExactly<NotSupportedException>(() => TokenizerFile.ReadText(content), what);

        StringAssert.StartsWith(exception.Message, "tiny/tokenizer.json: ", what);
        StringAssert.Contains(exception.Message, expected, what);
    }

    [TestMethod]
    [DataRow("""{"do_lower_case": "yes"}""", "'do_lower_case' is \"yes\" and must be true or false")]
    [DataRow("""{"model_max_length": -1}""", "'model_max_length' is -1 and must be a whole number from 1")]
    [DataRow("""{"model_max_length": 1.5}""", "'model_max_length' is 1.5 and must be a whole number from 1")]
    [DataRow("""{"model_max_length": "512"}""", "'model_max_length' is \"512\" and must be a number")]
    [DataRow("""{"cls_token": 5}""", "'cls_token' is 5 and must be an object")]
    [DataRow("""{"added_tokens_decoder": []}""", "'added_tokens_decoder' is [] and must be an object")]
    [DataRow("""{"cls_token": """, "not valid JSON")]
    public void A_damaged_configuration_is_refused_by_name_and_key(string configuration, string expected)
    {
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => TokenizerFile.Read(configuration));

        StringAssert.StartsWith(exception.Message, "tiny/tokenizer_config.json: ");
        StringAssert.Contains(exception.Message, expected);
    }

    [TestMethod]
    [DataRow("""{"tokenizer_class": "BertJapaneseTokenizer"}""", "'tokenizer_class'")]
    [DataRow("""{"truncation_side": "left"}""", "'truncation_side'")]
    public void Another_kind_of_configuration_is_refused(string configuration, string expected)
    {
        var exception = Assert.ThrowsExactly<NotSupportedException>(() => TokenizerFile.Read(configuration));

        StringAssert.Contains(exception.Message, expected);
    }

    [TestMethod]
    public void The_configuration_decides_which_end_of_a_long_text_is_cut()
    {
        SentenceTokenizer tokenizer = TokenizerFile.Read("""{"truncation_side": "right"}""", file => file["truncation"] = JsonNode.Parse("""{"direction": "Left"}"""));

        AssertIds("2 4 3", Encode(tokenizer, "hello"));
    }

    [TestMethod]
    [DataRow("""{"max_len": 77}""", 77)]
    [DataRow("""{"max_len": 77, "model_max_length": 88}""", 88)]
    public void The_old_name_of_the_maximum_length_is_read(string configuration, int expected)
        => Assert.AreEqual(expected, TokenizerFile.Read(configuration).ModelMaximumLength);

    [TestMethod]
    [DataRow("{}", null)]
    [DataRow("""{"[SEP]": 2}""", null)]
    [DataRow("""{"new": 4}""", "'new' is 4")]
    [DataRow("""{"[SEP]": 5}""", "'[SEP]' is 5")]
    public void Tokens_added_to_a_vocabulary_text_are_refused_rather_than_left_out(string added, string? expected)
    {
        var files = new TokenizerFiles { DirectoryName = "tiny", VocabTxt = Encoding.UTF8.GetBytes("[UNK]\n[CLS]\n[SEP]\n"), AddedTokensJson = Encoding.UTF8.GetBytes(added) };
        if (expected is null)
        {
            Assert.AreEqual(3, SentenceTokenizerReader.Read(files).VocabularySize);
            return;
        }

        string message = Assert.ThrowsExactly<NotSupportedException>(() => SentenceTokenizerReader.Read(files)).Message;
        StringAssert.StartsWith(message, "tiny/added_tokens.json: ");
        StringAssert.Contains(message, expected);
    }

    [TestMethod]
    public void A_vocabulary_stops_where_the_model_has_no_more_embeddings()
    {
        byte[] lines = Encoding.UTF8.GetBytes("[UNK]\n[CLS]\n[SEP]\n" + string.Join('\n', Enumerable.Range(0, 100_000)));
        long before = GC.GetAllocatedBytesForCurrentThread();

        string message = Assert.ThrowsExactly<InvalidDataException>(
            () => SentenceTokenizerReader.Read(new TokenizerFiles { DirectoryName = "tiny", VocabTxt = lines, MaximumVocabularySize = 10 })).Message;

        Assert.AreEqual("tiny/vocab.txt: line 11 is '7', but the vocabulary has at most 10 tokens.", message);
        Assert.IsLessThan(lines.Length + 100_000L, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    [DataRow(27, null)]
    [DataRow(26, "'model.vocab.HELLO' is 26 and must be a whole number from 0 to 25")]
    public void A_token_without_an_embedding_is_named(int size, string? expected)
        => AssertFits(size, Encoding.UTF8.GetBytes(TokenizerFile.Text), expected);

    [TestMethod]
    [DataRow(28, null)]
    [DataRow(27, "'added_tokens[4]' is ")]
    public void An_added_token_without_an_embedding_is_named(int size, string? expected)
        => AssertFits(size, Encoding.UTF8.GetBytes(Changed(file => file["added_tokens"]!.AsArray().Add(TokenizerFile.AddedToken("<new>", "special")))), expected);

    [TestMethod]
    public void Neither_file_is_a_file_not_found()
    {
        var exception = Assert.ThrowsExactly<FileNotFoundException>(() => SentenceTokenizerReader.Read(new TokenizerFiles { DirectoryName = "tiny" }));

        StringAssert.Contains(exception.Message, "tiny: there is neither tokenizer.json nor vocab.txt");
    }

    [TestMethod]
    [DataRow("[UNK]\n[CLS]\n", "'[SEP]'")]
    [DataRow("[CLS]\n[SEP]\n", "'[UNK]'")]
    [DataRow("", "'[CLS]'")]
    public void A_vocabulary_without_a_needed_token_is_refused(string vocabulary, string expected)
    {
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => ReadVocabulary(Encoding.UTF8.GetBytes(vocabulary)));

        StringAssert.StartsWith(exception.Message, "tiny/vocab.txt: ");
        StringAssert.Contains(exception.Message, expected);
    }

    [TestMethod]
    public void A_vocabulary_that_is_not_text_is_refused()
        => StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => ReadVocabulary([0x61, 0xFF, 0x0A])).Message, "tiny/vocab.txt: not UTF-8");

    [TestMethod]
    public void A_vocabulary_gives_ids_by_line_and_the_last_of_two_equal_lines_counts()
    {
        SentenceTokenizer tokenizer = ReadVocabulary(Encoding.UTF8.GetBytes("[UNK]\r\n[CLS]\r\n[SEP]\r\nhello\r\n\r\nhello\r\n"));

        AssertIds("1 5 0 2", Encode(tokenizer, "Hello there"));
        Assert.AreEqual(6, tokenizer.VocabularySize);
    }

    [TestMethod]
    public void Huge_ids_and_gaps_cost_no_memory()
    {
        string content = Changed(file => file["model"]!["vocab"]!["hello"] = int.MaxValue - 1);
        long before = GC.GetAllocatedBytesForCurrentThread();

        SentenceTokenizer tokenizer = TokenizerFile.ReadText(content);

        Assert.IsLessThan(10_000_000L, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.AreEqual(int.MaxValue, tokenizer.VocabularySize);
        AssertIds("2 2147483646 3", Encode(tokenizer, "hello"));
        Assert.AreEqual("hello", tokenizer.Tokenizer.Decode([int.MaxValue - 1]));
    }

    [TestMethod]
    public void A_template_costs_no_more_than_its_limit()
    {
        string ids = string.Join(',', Enumerable.Repeat(3, 100_000));
        string part = """{"SpecialToken": {"id": "[CLS]", "type_id": 0}},""";
        string content = TokenizerFile.Text.Replace("\"ids\": [2]", $"\"ids\": [{ids}]", StringComparison.Ordinal)
            .Replace("\"single\": [", "\"single\": [" + string.Concat(Enumerable.Repeat(part, 100_000)), StringComparison.Ordinal);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.ThrowsExactly<InvalidDataException>(() => TokenizerFile.ReadText(content));

        Assert.IsLessThan(20L * content.Length, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void A_tokenizer_of_half_a_million_pieces_is_read()
    {
        const int Pieces = 500_000;
        string more = string.Concat(Enumerable.Range(27, Pieces - 27).Select(id => $",\"piece{id}\":{id}"));

        SentenceTokenizer tokenizer = TokenizerFile.ReadText(TokenizerFile.Text.Replace("\"HELLO\": 26", "\"HELLO\": 26" + more, StringComparison.Ordinal));

        Assert.AreEqual(Pieces, tokenizer.VocabularySize);
        AssertIds("2 499999 3", Encode(tokenizer, "piece499999"));
    }

    [TestMethod]
    [DataRow(null, "HELLO", 4)]
    [DataRow("{}", "HELLO", 4)]
    [DataRow("""{"do_lower_case": false}""", "HELLO", 26)]
    [DataRow("""{"do_lower_case": false}""", "É", 22)]
    [DataRow("""{"strip_accents": false}""", "É", 23)]
    [DataRow("""{"tokenizer_class": "BertTokenizer", "do_lower_case": false}""", "HELLO", 26)]
    [DataRow("""{"tokenizer_class": "PreTrainedTokenizerFast", "do_lower_case": false}""", "HELLO", 4)]
    [DataRow("""{"tokenize_chinese_chars": false}""", "中文", 1)]
    public void Configuration_takes_precedence_over_the_tokenizer_file(string? configuration, string text, int expected)
        => AssertIds($"2 {expected} 3", Encode(TokenizerFile.Read(configuration), text));

    [TestMethod]
    public void Without_a_configuration_the_class_default_beats_a_cased_file()
        => AssertIds("2 4 3", Encode(TokenizerFile.Read(null, file => file["normalizer"]!["lowercase"] = false), "HELLO"));

    [TestMethod]
    public void A_special_token_of_the_configuration_is_cut_out()
        => AssertIds("2 14 4 15 3", Encode(TokenizerFile.Read("""{"mask_token": "hello"}"""), "ahellob"));

    [TestMethod]
    public void Added_tokens_beyond_the_vocabulary_count_on_from_its_size()
    {
        SentenceTokenizer tokenizer = TokenizerFile.Read(file => file["added_tokens"]!.AsArray().Add(TokenizerFile.AddedToken("<new>", "special")));

        AssertIds("2 14 27 15 3", Encode(tokenizer, "a<new>b"));
        Assert.AreEqual(28, tokenizer.VocabularySize);
    }

    [TestMethod]
    public void BertProcessing_frames_the_text_too()
    {
        SentenceTokenizer tokenizer = TokenizerFile.Read(file => file["post_processor"] = JsonNode.Parse("""{"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}"""));

        AssertIds("2 14 3", Encode(tokenizer, "a"));
    }

    [TestMethod]
    [DataRow("ByteLevel", "14")]
    [DataRow("ByteLevel,BertProcessing", "2 14 3")]
    [DataRow("RobertaProcessing,ByteLevel", "2 14 3")]
    public void ByteLevel_adds_nothing_and_a_sequence_adds_what_its_parts_add(string types, string expected)
    {
        SentenceTokenizer tokenizer = TokenizerFile.Read(file => file["post_processor"] = PostProcessors(types.Split(',')));

        AssertIds(expected, Encode(tokenizer, "a"));
    }

    [TestMethod]
    public void Without_a_post_processor_there_are_no_special_tokens()
    {
        SentenceTokenizer tokenizer = TokenizerFile.Read(file => file["post_processor"] = null);

        AssertIds("14", Encode(tokenizer, "a"));
        Assert.AreEqual(0, tokenizer.SpecialTokenCount);
    }

    [TestMethod]
    public void Without_a_normalizer_text_stays_as_it_is()
        => AssertIds("2 26 22 3", Encode(TokenizerFile.Read(file => file["normalizer"] = null), "HELLO É"));

    [TestMethod]
    public void Truncation_and_padding_of_the_file_are_ignored()
    {
        SentenceTokenizer tokenizer = TokenizerFile.Read(file =>
        {
            file["truncation"] = JsonNode.Parse("""{"max_length": 3, "strategy": "LongestFirst", "stride": 0}""");
            file["padding"] = JsonNode.Parse("""{"strategy": {"Fixed": 128}}""");
        });

        AssertIds("2 14 15 14 3", Encode(tokenizer, "a b a"));
    }

    private static void AssertFits(int size, byte[] content, string? expected)
    {
        var files = new TokenizerFiles { DirectoryName = "tiny", TokenizerJson = content, MaximumVocabularySize = size };
        if (expected is null)
        {
            Assert.AreEqual(size, SentenceTokenizerReader.Read(files).VocabularySize);
            return;
        }

        StringAssert.StartsWith(Assert.ThrowsExactly<InvalidDataException>(() => SentenceTokenizerReader.Read(files)).Message, "tiny/tokenizer.json: " + expected);
    }

    private static string Changed(Action<JsonNode> change)
    {
        JsonNode file = JsonNode.Parse(TokenizerFile.Text)!;
        change(file);
        return file.ToJsonString();
    }

    private static void WithEmptySpecialTokens(JsonNode file)
    {
        file["post_processor"]!["special_tokens"]!["[CLS]"]!["ids"] = new JsonArray();
        JsonArray template = file["post_processor"]!["single"]!.AsArray();
        for (int i = 0; i < 1000; i++)
        {
            template.Add(JsonNode.Parse("""{"SpecialToken": {"id": "[CLS]", "type_id": 0}}"""));
        }
    }

    private static JsonObject PostProcessors(params string[] types) => new JsonObject
    {
        ["type"] = "Sequence",
        ["processors"] = new JsonArray([.. types.Select(type => JsonNode.Parse($$"""{"type": "{{type}}", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}"""))]),
    };

    private static JsonObject Sequence(params string[] types) => new JsonObject
    {
        ["type"] = "Sequence",
        ["normalizers"] = new JsonArray([.. types.Select(type => new JsonObject { ["type"] = type })]),
    };

    private static SentenceTokenizer ReadVocabulary(byte[] content) => SentenceTokenizerReader.Read(new TokenizerFiles { DirectoryName = "tiny", VocabTxt = content });

    private static int[] Encode(SentenceTokenizer tokenizer, string text)
    {
        int[] ids = new int[100];
        return ids[..tokenizer.Encode(text, ids)];
    }

    private static void AssertIds(string expected, IEnumerable<int> ids) => Assert.AreEqual(expected, string.Join(' ', ids));
}
