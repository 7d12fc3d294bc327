using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class UnigramTokenizerTests
{
    [TestMethod]
    [DataRow("", "")]
    [DataRow("ab", "9", DisplayName = "of equal scores the longer first piece")]
    [DataRow("abc", "4 13")]
    [DataRow("ab abc", "9 4 13")]
    [DataRow(" ", "4")]
    [DataRow("  ", "4 4")]
    [DataRow("a  b ", "7 4 4 6 4")]
    [DataRow("▁a", "7")]
    [DataRow("a▁b", "7 4 6")]
    [DataRow("x", "4 2")]
    [DataRow("xy", "4 2", DisplayName = "neighbors without a piece are one token")]
    [DataRow("xay", "4 2 5 2")]
    [DataRow("a😀b", "7 2 6")]
    [DataRow("a<mask>b", "7 3 4 6")]
    [DataRow("a  <mask>b", "7 3 4 6")]
    public void The_pieces_with_the_best_scores_are_taken(string text, string expected)
        => Assert.AreEqual(expected, SubwordFile.Ids(SubwordFile.ReadUnigram(), text));

    [TestMethod]
    [DataRow("always", true, "a<mask>a", "7 3 7")]
    [DataRow("first", true, "a<mask>a", "7 3 5")]
    [DataRow("first", true, " a<mask>a", "7 3 5")]
    [DataRow("first", true, "<mask>a", "3 5")]
    [DataRow("never", true, "a a<mask>a", "5 7 3 5")]
    [DataRow("always", true, "  b", "4 4 6")]
    [DataRow("always", false, "b    b", "4 6 4 4 4 4 6")]
    [DataRow("always", false, "▁▁", "4 4")]
    public void Marks_are_put_where_the_scheme_says(string scheme, bool splits, string text, string expected)
    {
        SentenceTokenizer tokenizer = SubwordFile.ReadUnigram(file =>
        {
            file["pre_tokenizer"]!["prepend_scheme"] = scheme;
            file["pre_tokenizer"]!["split"] = splits;
        });

        Assert.AreEqual(expected, SubwordFile.Ids(tokenizer, text));
    }

    [TestMethod]
    [DataRow("""{"type": "Metaspace", "replacement": "▁"}""", "b a", "4 6 7")]
    [DataRow("""{"type": "Metaspace", "replacement": "▁", "add_prefix_space": true}""", "b a", "4 6 7")]
    [DataRow("""{"type": "Metaspace", "replacement": "▁", "add_prefix_space": false}""", "b a", "6 7")]
    [DataRow("""{"type": "Metaspace", "replacement": "▁", "add_prefix_space": false, "prepend_scheme": "never"}""", "b a", "6 7")]
    [DataRow("""{"type": "WhitespaceSplit"}""", "b\u3000ab.\n", "6 8 14")]
    [DataRow("""{"type": "Whitespace"}""", "ab.\nab", "8 14 8")]
    [DataRow("""{"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"}]}""", " b  a. ", "4 6 7 14")]
    [DataRow("""{"type": "Sequence", "pretokenizers": [{"type": "Whitespace"}, {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"}]}""", "a.", "7 4 14")]
    [DataRow("""{"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first"}]}""", "a a", "7 5")]
    [DataRow("""{"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first"}]}""", " a", "5")]
    [DataRow("null", "ab ab", "8 2 8")]
    public void Pre_tokenizers_make_the_words(string preTokenizer, string text, string expected)
        => Assert.AreEqual(expected, SubwordFile.Ids(SubwordFile.ReadUnigram(file => file["pre_tokenizer"] = JsonNode.Parse(preTokenizer)), text));

    [TestMethod]
    [DataRow("x", "4 15")]
    [DataRow("xx", "4 15 15")]
    [DataRow("xy", "4 2", DisplayName = "not all bytes have pieces")]
    public void Bytes_stand_for_what_no_piece_covers(string text, string expected)
    {
        SentenceTokenizer tokenizer = SubwordFile.ReadUnigram(file =>
        {
            file["model"]!["byte_fallback"] = true;
            file["model"]!["vocab"]!.AsArray().Add(new JsonArray("<0x78>", -9.0));
        });

        Assert.AreEqual(expected, SubwordFile.Ids(tokenizer, text));
    }

    [TestMethod]
    public void Of_equal_pieces_the_last_counts()
        => Assert.AreEqual("4 15", SubwordFile.Ids(SubwordFile.ReadUnigram(file => file["model"]!["vocab"]!.AsArray().Add(new JsonArray("c", -4.5))), "c"));

    [TestMethod]
    public void A_run_without_pieces_that_is_a_piece_as_a_whole_has_its_id()
    {
        // So high scores that two unknown characters beat the piece of both.
        SentenceTokenizer tokenizer = SubwordFile.ReadUnigram(file => file["model"]!["vocab"] = new JsonArray(
            new JsonArray("<s>", 100.0), new JsonArray("</s>", 100.0), new JsonArray("<unk>", 100.0), new JsonArray("<mask>", 100.0), new JsonArray("xy", 100.0), new JsonArray("▁", 100.0)));

        Assert.AreEqual("5 4", SubwordFile.Ids(tokenizer, "xy"));
        Assert.AreEqual("5 2", SubwordFile.Ids(tokenizer, "xyx"));
    }

    [TestMethod]
    [DataRow("ab c", "ab| |c")]
    [DataRow("a <mask>b", "a| <mask>|b|b")]
    [DataRow("x", "x|x")]
    [DataRow("a😀é", "a|😀|é")]
    public void Offsets_show_each_token_in_the_original_text(string text, string slices)
    {
        IReadOnlyList<EncodedToken> tokens = SubwordFile.ReadUnigram().Tokenizer.EncodeToTokens(text, out _);

        Assert.AreEqual(slices, string.Join('|', tokens.Select(token => text[token.Offset])));
    }

    [TestMethod]
    public void Offsets_refer_to_the_text_before_normalization()
    {
        SentenceTokenizer tokenizer = SubwordFile.ReadUnigram(file => file["normalizer"] = JsonNode.Parse(
            """{"type": "Sequence", "normalizers": [{"type": "Strip", "strip_left": true, "strip_right": true}, {"type": "NFC"}, {"type": "Replace", "pattern": {"String": "ccc"}, "content": "b"}]}"""));
        const string Text = "  ae\u0301 ccca ";

        IReadOnlyList<EncodedToken> tokens = tokenizer.Tokenizer.EncodeToTokens(Text, out _);

        Assert.AreEqual("7 11 4 6 5", string.Join(' ', tokens.Select(token => token.Id)));
        Assert.AreEqual("a|e\u0301| |ccc|a", string.Join('|', tokens.Select(token => Text[token.Offset])));
    }

    [TestMethod]
    public void Chunks_of_a_text_have_all_its_tokens()
    {
        Tokenizer tokenizer = SubwordFile.ReadUnigram(file => file["pre_tokenizer"]!["prepend_scheme"] = "never").Tokenizer;
        const string Text = "ab abc é. x a";
        List<int> ids = [];

        for (int position = 0; position < Text.Length;)
        {
            ids.AddRange(tokenizer.EncodeToIds(Text[position..], 2, out _, out int consumed));
            Assert.IsGreaterThan(0, consumed);
            position += consumed;
        }

        CollectionAssert.AreEqual(tokenizer.EncodeToIds(Text).ToArray(), ids);
    }

    [TestMethod]
    public void Decoding_gives_the_text_back()
    {
        Tokenizer tokenizer = SubwordFile.ReadUnigram().Tokenizer;

        Assert.AreEqual("ab a é. b", tokenizer.Decode(tokenizer.EncodeToIds("ab a é. b")));
        Assert.AreEqual("ab", tokenizer.Decode([9, 99]));
    }

    [TestMethod]
    [DataRow("""{"tokenizer_class": "XLMRobertaTokenizer"}""", null, "0 4 3 7 1")]
    [DataRow("""{"tokenizer_class": "XLMRobertaTokenizerFast", "add_prefix_space": false, "bos_token": "b"}""", "xlm-roberta", "6 3 5 1")]
    [DataRow(null, "xlm-roberta", "0 4 3 7 1")]
    [DataRow("""{"tokenizer_class": "XLMRobertaTokenizer"}""", "bert", "7 4 7")]
    [DataRow(null, null, "7 4 7")]
    public void The_class_of_the_tokenizer_decides_what_the_file_says_in_vain(string? configuration, string? modelType, string expected)
    {
        // The class leaves lower-casing out, splits at white space, and has the unknown piece 3.
        string content = SubwordFile.UnigramText(file => file["normalizer"] = JsonNode.Parse("""{"type": "Sequence", "normalizers": [{"type": "Lowercase"}]}"""));

        Assert.AreEqual(expected, SubwordFile.Ids(TokenizerFile.ReadText(content, configuration, modelType), "A  a"));
    }

    [TestMethod]
    public void Lowercase_first_of_sentence_transformers_goes_in_front()
    {
        SentenceTokenizer tokenizer = SentenceTokenizerReader.Read(new TokenizerFiles
        {
            DirectoryName = "tiny",
            TokenizerJson = Encoding.UTF8.GetBytes(SubwordFile.UnigramText()),
            LowerCaseFirst = true,
        });

        Assert.AreEqual("9 4 13", SubwordFile.Ids(tokenizer, "AB ABC"));
    }

    [TestMethod]
    [DataRow("vocab", """[["a", "NaN"]]""", "'model.vocab[0]' is [\"a\", \"NaN\"] and must be a piece and its score")]
    [DataRow("vocab", """[["a", 1e999]]""", "must be a piece and its score")]
    [DataRow("vocab", """[["a", 0], ["b"]]""", "'model.vocab[1]' is [\"b\"] and must be a piece and its score")]
    [DataRow("vocab", """{"a": 0}""", "and must be an array")]
    [DataRow("vocab", "[]", "'model.vocab' is [] and must be a vocabulary of at least one piece")]
    [DataRow("unk_id", "99", "'model.unk_id' is 99 and must be a whole number from 0 to 14")]
    [DataRow("unk_id", "-1", "'model.unk_id' is -1 and must be a whole number from 0 to 14")]
    [DataRow("byte_fallback", "1", "'model.byte_fallback' is 1 and must be true or false")]
    public void A_damaged_model_is_refused_by_key(string key, string value, string expected)
    {
        string content = SubwordFile.UnigramText(file => file["model"]![key] = "HERE").Replace("\"HERE\"", value, StringComparison.Ordinal);

        string message = Assert.ThrowsExactly<InvalidDataException>(() => TokenizerFile.ReadText(content)).Message;

        StringAssert.StartsWith(message, "tiny/tokenizer.json: ");
        StringAssert.Contains(message, expected);
    }

    [TestMethod]
    [DataRow("""{"type": "ByteLevel"}""", "'pre_tokenizer.type' is \"ByteLevel\"")]
    [DataRow("""{"type": "Sequence", "pretokenizers": [{"type": "Metaspace", "replacement": "▁"}, {"type": "WhitespaceSplit"}]}""", "'pre_tokenizer.pretokenizers[1].type' is \"WhitespaceSplit\"")]
    [DataRow("""{"type": "Metaspace", "replacement": "__"}""", "'pre_tokenizer.replacement' is \"__\"")]
    [DataRow("""{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "sometimes"}""", "'pre_tokenizer.prepend_scheme' is \"sometimes\"")]
    public void Other_pre_tokenizers_are_refused_by_key(string preTokenizer, string expected)
    {
        string content = SubwordFile.UnigramText(file => file["pre_tokenizer"] = JsonNode.Parse(preTokenizer));

        StringAssert.StartsWith(Assert.ThrowsExactly<NotSupportedException>(() => TokenizerFile.ReadText(content)).Message, "tiny/tokenizer.json: " + expected);
    }

    [TestMethod]
    public void A_model_without_unknown_piece_is_refused()
    {
        string content = SubwordFile.UnigramText(file => file["model"]!["unk_id"] = null);

        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => TokenizerFile.ReadText(content)).Message, "'model.unk_id' is missing");
    }

    [TestMethod]
    public void Contradicting_flags_of_a_mark_are_refused()
    {
        string content = SubwordFile.UnigramText(file => file["pre_tokenizer"]!["add_prefix_space"] = false);

        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => TokenizerFile.ReadText(content)).Message, "'pre_tokenizer.add_prefix_space' is false");
    }

    [TestMethod]
    public void A_vocabulary_of_a_quarter_million_pieces_is_read_and_fits()
    {
        const int Pieces = 250_000;
        string content = SubwordFile.UnigramText(file =>
        {
            JsonArray pieces = file["model"]!["vocab"]!.AsArray();
            while (pieces.Count < Pieces)
            {
                pieces.Add(new JsonArray($"▁w{pieces.Count}", -1.0));
            }
        });

        SentenceTokenizer tokenizer = TokenizerFile.ReadText(content);

        Assert.AreEqual(Pieces, tokenizer.VocabularySize);
        Assert.AreEqual("249999 15", SubwordFile.Ids(tokenizer, "w249999 w15"));
    }

    [TestMethod]
    public void A_vocabulary_larger_than_the_embeddings_is_refused()
    {
        var files = new TokenizerFiles { DirectoryName = "tiny", TokenizerJson = Encoding.UTF8.GetBytes(SubwordFile.UnigramText()), MaximumVocabularySize = 14 };

        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => SentenceTokenizerReader.Read(files)).Message, "a vocabulary of at most 14 pieces");
    }

    [TestMethod]
    public void StaticEmbedding_takes_the_file_alone_and_no_special_tokens()
    {
        string content = SubwordFile.UnigramText(file => file["post_processor"] = JsonNode.Parse("""{"type": "BertProcessing", "sep": ["</s>", 1], "cls": ["<s>", 0]}"""));
        var files = new TokenizerFiles { DirectoryName = "tiny", TokenizerJson = Encoding.UTF8.GetBytes(content), IsTokenizerJsonAlone = true };

        Assert.AreEqual("9", SubwordFile.Ids(SentenceTokenizerReader.Read(files), "ab"));
        Assert.ThrowsExactly<FileNotFoundException>(() => SentenceTokenizerReader.Read(files with { TokenizerJson = null }));
    }
}
