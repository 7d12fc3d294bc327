using System.Buffers;
using System.Text.Json.Nodes;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class BytePairTokenizerTests
{
    [TestMethod]
    [DataRow("", "")]
    [DataRow("abc", "8")]
    [DataRow("bc", "7")]
    [DataRow("aab", "2 6")]
    [DataRow("aaa", "10 2")]
    [DataRow("aaaa", "11")]
    [DataRow("a a", "2 9")]
    [DataRow("a  a", "2 5 9")]
    [DataRow("a   ", "2 18 5")]
    [DataRow("a\n a", "2 17 9")]
    [DataRow("a's", "2 15 16")]
    [DataRow("a 's", "2 5 15 16")]
    [DataRow("a'S", "2 15")]
    [DataRow("a1a", "2 19 2")]
    [DataRow("é", "14")]
    [DataRow("a</s>a", "2 1 2")]
    public void Words_are_merged_in_the_order_of_training(string text, string expected)
        => Assert.AreEqual($"0 {expected} 1".Replace("  ", " ", StringComparison.Ordinal), SubwordFile.Ids(SubwordFile.ReadBytePair(), text));

    [TestMethod]
    [DataRow("a", "9")]
    [DataRow(" a", "9")]
    [DataRow("\na", "5 17 2")]
    [DataRow("\n", "5 17")]
    [DataRow("'s", "5 15 16")]
    [DataRow("a</s>a", "9 1 9")]
    [DataRow("", "")]
    public void A_space_goes_in_front_of_every_text_between_added_tokens(string text, string expected)
    {
        SentenceTokenizer tokenizer = SubwordFile.ReadBytePair(file =>
        {
            file["pre_tokenizer"]!["add_prefix_space"] = true;
            file["post_processor"] = null;
        });

        Assert.AreEqual(expected, SubwordFile.Ids(tokenizer, text));
    }

    [TestMethod]
    public void Without_the_regular_expression_a_text_is_one_word()
        => Assert.AreEqual("0 2 9 6 1", SubwordFile.Ids(SubwordFile.ReadBytePair(file => file["pre_tokenizer"]!["use_regex"] = false), "a aab"));

    [TestMethod]
    [DataRow(null, false, "0 10 1")]
    [DataRow("<unk>", false, "0 21 21 2 21 2 1")]
    [DataRow("<unk>", true, "0 21 2 21 2 1")]
    public void A_byte_without_a_token_is_unknown_or_left_out(string? unknown, bool fuses, string expected)
    {
        SentenceTokenizer tokenizer = SubwordFile.ReadBytePair(file =>
        {
            file["model"]!["unk_token"] = unknown;
            file["model"]!["fuse_unk"] = fuses;
        });

        Assert.AreEqual(expected, SubwordFile.Ids(tokenizer, "xyaza"));
    }

    [TestMethod]
    [DataRow(false, "0 5 3 3 1")]
    [DataRow(true, "0 22 1")]
    public void A_word_of_the_vocabulary_may_be_taken_without_merges(bool ignoresMerges, string expected)
    {
        SentenceTokenizer tokenizer = SubwordFile.ReadBytePair(file =>
        {
            file["model"]!["ignore_merges"] = ignoresMerges;
            file["model"]!["vocab"]!["Ġbb"] = 22;
        });

        Assert.AreEqual(expected, SubwordFile.Ids(tokenizer, " bb"));
    }

    [TestMethod]
    public void Merges_may_be_written_as_strings_with_the_first_line_of_their_old_file()
    {
        SentenceTokenizer tokenizer = SubwordFile.ReadBytePair(file => file["model"]!["merges"] = new JsonArray("#version: 0.2", "a b", "ab c"));

        Assert.AreEqual("0 8 4 1", SubwordFile.Ids(tokenizer, "abcc"));
    }

    [TestMethod]
    [DataRow(63)]
    [DataRow(64)]
    [DataRow(65)]
    [DataRow(700)]
    public void Merging_is_the_same_as_looking_for_the_earliest_merge_again_and_again(int length)
    {
        SentenceTokenizer tokenizer = SubwordFile.ReadBytePair(file => file["post_processor"] = null);
        var random = new Random(length);
        for (int round = 0; round < 20; round++)
        {
            string text = new([.. Enumerable.Range(0, length).Select(_ => "aaabc"[random.Next(5)])]);

            Assert.AreEqual(MergeNaively(text), SubwordFile.Ids(tokenizer, text), text);
        }
    }

    [TestMethod]
    public void A_word_of_a_megabyte_is_merged()
    {
        const int Length = 1 << 20;

        Assert.AreEqual((Length / 4) + 2, SubwordFile.ReadBytePair().CountTokens(new string('a', Length), int.MaxValue));
    }

    [TestMethod]
    [DataRow(" é ab", " |é| |ab")]
    [DataRow("a</s> a", "a|</s>| a")]
    [DataRow("xa", "a")]
    public void Offsets_show_each_token_in_the_original_text(string text, string slices)
    {
        IReadOnlyList<EncodedToken> tokens = SubwordFile.ReadBytePair().Tokenizer.EncodeToTokens(text, out _);

        Assert.AreEqual(slices, string.Join('|', tokens.Select(token => text[token.Offset])));
    }

    [TestMethod]
    [DataRow(1, "2", 1)]
    [DataRow(2, "2", 1)]
    [DataRow(3, "2 12 13", 2)]
    [DataRow(9, "2 12 13", 2)]
    public void A_character_has_all_of_its_tokens_or_is_not_consumed(int maximum, string expected, int expectedConsumed)
    {
        Tokenizer tokenizer = SubwordFile.ReadBytePair(file => file["model"]!["merges"] = new JsonArray()).Tokenizer;

        IReadOnlyList<int> ids = tokenizer.EncodeToIds("aé", maximum, out _, out int consumed);

        Assert.AreEqual(expected, string.Join(' ', ids));
        Assert.AreEqual(expectedConsumed, consumed);
        Assert.AreEqual(expectedConsumed, tokenizer.GetIndexByTokenCount("aé", maximum, out _, out int count));
        Assert.AreEqual(ids.Count, count);
    }

    [TestMethod]
    public void Decoding_gives_the_text_back_and_stops_where_the_destination_ends()
    {
        Tokenizer tokenizer = SubwordFile.ReadBytePair(file => file["model"]!["merges"] = new JsonArray()).Tokenizer;
        IReadOnlyList<int> ids = tokenizer.EncodeToIds("a é</s>b");
        char[] destination = new char[3];

        Assert.AreEqual("a é</s>b", tokenizer.Decode(ids));
        Assert.AreEqual("\uFFFD", tokenizer.Decode([12]));
        Assert.AreEqual(OperationStatus.DestinationTooSmall, tokenizer.Decode(ids, destination, out int consumed, out int written));
        Assert.AreEqual(4, consumed);
        Assert.AreEqual("a é", new string(destination, 0, written));
    }

    [TestMethod]
    [DataRow("""{"tokenizer_class": "RobertaTokenizer", "add_prefix_space": true}""", null, "0 9 20 1")]
    [DataRow("""{"tokenizer_class": "RobertaTokenizerFast", "cls_token": "b", "sep_token": {"content": "c"}}""", "roberta", "3 2 20 4")]
    [DataRow(null, "roberta", "0 2 20 1")]
    [DataRow("""{"tokenizer_class": "GPT2Tokenizer"}""", null, "2 20")]
    [DataRow("""{"tokenizer_class": "RobertaTokenizer"}""", "mpnet", "9 9")]
    [DataRow("""{"tokenizer_class": "PreTrainedTokenizerFast", "add_prefix_space": false}""", null, "9 9")]
    [DataRow(null, null, "9 9")]
    public void The_class_of_the_tokenizer_decides_what_the_file_says_in_vain(string? configuration, string? modelType, string expected)
    {
        string content = SubwordFile.BytePairText(file =>
        {
            file["pre_tokenizer"]!["add_prefix_space"] = true;
            file["normalizer"] = JsonNode.Parse("""{"type": "Replace", "pattern": {"String": "A"}, "content": " a"}""");
            file["post_processor"] = null;
        });

        SentenceTokenizer tokenizer = TokenizerFile.ReadText(content, configuration, modelType);

        Assert.AreEqual(expected, SubwordFile.Ids(tokenizer, "aA"));
    }

    [TestMethod]
    [DataRow("dropout", "0.1", "'model.dropout' is 0.1")]
    [DataRow("byte_fallback", "true", "'model.byte_fallback' is true")]
    [DataRow("continuing_subword_prefix", "\"##\"", "'model.continuing_subword_prefix' is \"##\"")]
    [DataRow("end_of_word_suffix", "\"_\"", "'model.end_of_word_suffix' is \"_\"")]
    public void Other_kinds_of_BPE_are_refused_by_key(string key, string value, string expected)
    {
        string content = SubwordFile.BytePairText(file => file["model"]![key] = JsonNode.Parse(value));

        StringAssert.StartsWith(Assert.ThrowsExactly<NotSupportedException>(() => TokenizerFile.ReadText(content)).Message, "tiny/tokenizer.json: " + expected);
    }

    [TestMethod]
    [DataRow("""{"type": "Metaspace", "replacement": "_"}""", "'pre_tokenizer.type' is \"Metaspace\"")]
    [DataRow("""{"type": "Sequence", "pretokenizers": [{"type": "Split"}, {"type": "ByteLevel"}]}""", "'pre_tokenizer.pretokenizers[0].type' is \"Split\"")]
    [DataRow("""{"type": "Sequence", "pretokenizers": []}""", "'pre_tokenizer.type' is \"Sequence\"")]
    [DataRow("null", "'pre_tokenizer' is missing")]
    public void Other_pre_tokenizers_are_refused_by_key(string preTokenizer, string expected)
    {
        string content = SubwordFile.BytePairText(file => file["pre_tokenizer"] = JsonNode.Parse(preTokenizer));

        StringAssert.StartsWith(Assert.ThrowsExactly<NotSupportedException>(() => TokenizerFile.ReadText(content)).Message, "tiny/tokenizer.json: " + expected);
    }

    [TestMethod]
    [DataRow("merges", """[["a", "zz"]]""", "lacks 'zz'")]
    [DataRow("merges", """[["b", "a"]]""", "lacks 'ba'")]
    [DataRow("merges", """[["a", "b", "c"]]""", "'model.merges[0]' is [\"a\",\"b\",\"c\"] and must be two tokens")]
    [DataRow("merges", """[["a", 1]]""", "'model.merges[0]' is [\"a\",1] and must be two tokens")]
    [DataRow("merges", """["a b c"]""", "'model.merges[0]' is \"a b c\" and must be two tokens")]
    [DataRow("merges", """{"a": "b"}""", "'model.merges' is {\"a\":\"b\"} and must be an array")]
    [DataRow("merges", "null", "'model.merges' is missing")]
    [DataRow("unk_token", "\"zz\"", "'model.unk_token' is \"zz\" and must be a token of the vocabulary")]
    [DataRow("vocab", "{}", "'model.vocab' is {} and must be a vocabulary of at least one token")]
    [DataRow("fuse_unk", "1", "'model.fuse_unk' is 1 and must be true or false")]
    public void A_damaged_model_is_refused_by_key(string key, string value, string expected)
    {
        string content = SubwordFile.BytePairText(file => file["model"]![key] = JsonNode.Parse(value));

        string message = Assert.ThrowsExactly<InvalidDataException>(() => TokenizerFile.ReadText(content)).Message;

        StringAssert.StartsWith(message, "tiny/tokenizer.json: ");
        StringAssert.Contains(message, expected);
    }

    [TestMethod]
    public void Encoding_to_a_span_allocates_nothing()
    {
        const int MaximumRounds = 50;
        const long FewBytes = 10_000;
        ISpanTokenizer tokenizer = (ISpanTokenizer)SubwordFile.ReadBytePair(file => file["normalizer"] = JsonNode.Parse("""{"type": "NFC"}""")).Tokenizer;
        string text = string.Concat(Enumerable.Repeat("abc aé ab's  ", 1000));
        int[] ids = new int[text.Length * 2];
        long allocated = long.MaxValue;
        for (int round = 0; round < MaximumRounds && allocated >= FewBytes; round++)
        {
            // The first rounds fill the pools, and run code that is not optimized yet and boxes values.
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 200; i++)
            {
                tokenizer.EncodeToIds(text, ids);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // The garbage collector may have emptied the pools in between.
        Assert.IsLessThan(FewBytes, allocated);
    }

    private static string MergeNaively(string text)
    {
        (string Left, string Right)[] merges = [("a", "b"), ("b", "c"), ("ab", "c"), ("a", "a"), ("aa", "aa")];
        var ids = new Dictionary<string, int> { ["a"] = 2, ["b"] = 3, ["c"] = 4, ["ab"] = 6, ["bc"] = 7, ["abc"] = 8, ["aa"] = 10, ["aaaa"] = 11 };
        List<string> tokens = [.. text.Select(c => c.ToString())];
        while (true)
        {
            var pairs = tokens.Zip(tokens.Skip(1), (left, right) => Array.IndexOf(merges, (left, right))).ToList();
            int first = pairs.Where(rank => rank >= 0).DefaultIfEmpty(-1).Min();
            if (first < 0)
            {
                return string.Join(' ', tokens.Select(token => ids[token]));
            }

            int index = pairs.IndexOf(first);
            tokens[index] += tokens[index + 1];
            tokens.RemoveAt(index + 1);
        }
    }
}
