using System.Text.Json.Nodes;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class NormalizationTests
{
    [TestMethod]
    [DataRow("""{"type": "Strip", "strip_left": true, "strip_right": false}""", "\u3000 x y \n", "x y \n")]
    [DataRow("""{"type": "Strip", "strip_left": false, "strip_right": true}""", " x y \u0085", " x y")]
    [DataRow("""{"type": "Strip", "strip_left": true, "strip_right": true}""", " \t ", "")]
    [DataRow("""{"type": "Lowercase"}""", "ÀΣ İ", "àσ i\u0307")]
    [DataRow("""{"type": "StripAccents"}""", "e\u0301é\u0903\u20DD", "eé")]
    [DataRow("""{"type": "NFC"}""", "xe\u0301y\u1112\u1161", "xéy하")]
    [DataRow("""{"type": "NFD"}""", "xéy하", "xe\u0301y\u1112\u1161")]
    [DataRow("""{"type": "NFKC"}""", "ﬁ①e\u0301\uFDFA", "fi1éصلى الله عليه وسلم")]
    [DataRow("""{"type": "NFKD"}""", "ﬁ①é", "fi1e\u0301")]
    [DataRow("""{"type": "Nmt"}""", "x\u0001y\u200Bz\nu\u2581v\u00ADw", "xy z u v\u00ADw")]
    [DataRow("""{"type": "Prepend", "prepend": "_"}""", "x", "_x")]
    [DataRow("""{"type": "Prepend", "prepend": "_"}""", "", "")]
    [DataRow("""{"type": "Replace", "pattern": {"String": "``"}, "content": "\""}""", "``x```", "\"x\"`")]
    [DataRow("""{"type": "Replace", "pattern": {"String": "."}, "content": ""}""", ".x..", "x")]
    [DataRow("""{"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "_"}""", "x  y   z u", "x_y_z u")]
    [DataRow("""{"type": "Replace", "pattern": {"Regex": "\\s+|^y$"}, "content": " "}""", "x\t\ny\nzy", "x   zy")]
    [DataRow("""{"type": "Replace", "pattern": {"Regex": "x*"}, "content": "-"}""", "axxb", "-a-b-")]
    [DataRow("""{"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Sequence", "normalizers": [{"type": "Lowercase"}]}]}""", "E\u0301", "é")]
    public void A_normalizer_does_what_Hugging_Face_does(string normalizer, string text, string expected)
    {
        Tokenizer tokenizer = SubwordFile.ReadNormalizer(normalizer).Tokenizer;

        Assert.AreEqual(expected, tokenizer.Decode(tokenizer.EncodeToIds(text)));
    }

    [TestMethod]
    public void Half_a_surrogate_pair_is_a_replacement_character()
    {
        Tokenizer tokenizer = SubwordFile.ReadNormalizer("""{"type": "NFC"}""").Tokenizer;

        Assert.AreEqual("a\uFFFDé\uFFFD", tokenizer.Decode(tokenizer.EncodeToIds("a\uD800e\u0301\uDC00")));
        Assert.AreEqual("a\uFFFD", SubwordFile.ReadNormalizer().Tokenizer.Decode(SubwordFile.ReadNormalizer().Tokenizer.EncodeToIds("a\uDC00")));
    }

    [TestMethod]
    [DataRow("xay", "xby")]
    [DataRow("ae\u0301", "b!", DisplayName = "a cluster of two")]
    [DataRow("a\u0301x", "bx", DisplayName = "the shortest key stands for the whole cluster")]
    [DataRow("\r\n", "_", DisplayName = "line ends are one cluster")]
    [DataRow("中a", "kb")]
    [DataRow("中\u0301a", "kb", DisplayName = "a cluster of five bytes")]
    [DataRow("中\u0301\u0301a", "k\u0301\u0301b", DisplayName = "a long cluster goes by characters")]
    [DataRow("😀c", "c", DisplayName = "removed")]
    [DataRow("\0a", "\0b")]
    public void A_character_map_works_by_short_clusters_and_then_by_characters(string text, string expected)
    {
        byte[] map = CharacterMapBuilder.Build(("a", "b"), ("e\u0301", "!"), ("\r", "_"), ("中", "k"), ("😀", string.Empty), ("ab", "never"));
        Tokenizer tokenizer = SubwordFile.ReadNormalizer(Precompiled(map)).Tokenizer;

        Assert.AreEqual(expected, tokenizer.Decode(tokenizer.EncodeToIds(text)));
    }

    [TestMethod]
    public void A_character_map_that_is_cut_off_is_refused_by_key()
    {
        byte[] map = CharacterMapBuilder.Build(("a", "b"));

        foreach (byte[] cut in new byte[][] { [], map[..3], map[..4], map[..1000], [0, 0, 0, 0, .. map[4..]], [2, 0, 0, 0, .. map[4..]], [255, 255, 255, 255, .. map[4..]], [.. map, 0xFF] })
        {
            string message = Assert.ThrowsExactly<InvalidDataException>(() => SubwordFile.ReadNormalizer(Precompiled(cut))).Message;

            StringAssert.StartsWith(message, "tiny/tokenizer.json: 'normalizer.normalizers[0].precompiled_charsmap' is ");
            StringAssert.Contains(message, "must be a complete character map");
        }
    }

    [TestMethod]
    public void An_endless_text_in_a_character_map_is_refused()
        => Assert.ThrowsExactly<InvalidDataException>(() => SubwordFile.ReadNormalizer(Precompiled(CharacterMapBuilder.Build(("a", new string('x', 1001))))));

    [TestMethod]
    [DataRow(0, 0xFFFFFFFFu, DisplayName = "children of the root beyond the array")]
    [DataRow(256 ^ 'a', (0x3FFFFFu << 10) | (1 << 8) | 'a', DisplayName = "value beyond the array")]
    [DataRow(512, 0x7FFFFFFFu, DisplayName = "text beyond the texts")]
    public void An_index_beyond_a_character_map_finds_nothing(int unit, uint content)
    {
        byte[] map = CharacterMapBuilder.Build(("a", "b"));
        BitConverter.GetBytes(content).CopyTo(map, sizeof(uint) * (1 + unit));
        Tokenizer tokenizer = SubwordFile.ReadNormalizer(Precompiled(map)).Tokenizer;

        Assert.AreEqual("xay中", tokenizer.Decode(tokenizer.EncodeToIds("xay中")));
    }

    [TestMethod]
    public void Any_bytes_behind_a_sound_head_are_read_without_harm()
    {
        var random = new Random(1);
        byte[] map = CharacterMapBuilder.Build(("a", "b"), ("bc", "d"));
        for (int round = 0; round < 50; round++)
        {
            byte[] damaged = [.. map];
            for (int i = 0; i < 200; i++)
            {
                damaged[random.Next(4, BitConverter.ToInt32(map) + 4)] = (byte)random.Next(256);
            }

            Tokenizer tokenizer = SubwordFile.ReadNormalizer(Precompiled(damaged)).Tokenizer;

            Assert.IsLessThan(1000, tokenizer.CountTokens("abc def 中文 e\u0301"));
        }
    }

    [TestMethod]
    [DataRow("""{"type": "BertNormalizer"}""", "'normalizer.normalizers[0].type' is \"BertNormalizer\"")]
    [DataRow("""{"type": "Replace", "pattern": {"Regex": "[[:punct:]]"}, "content": ""}""", "'normalizer.normalizers[0].pattern.Regex' is \"[[:punct:]]\"")]
    [DataRow("""{"type": "Replace", "pattern": {"Regex": "("}, "content": ""}""", "'normalizer.normalizers[0].pattern.Regex' is \"(\"")]
    [DataRow("""{"type": "Replace", "pattern": {"Regex": "(x)"}, "content": "$1"}""", "'normalizer.normalizers[0].content' is \"$1\"")]
    public void Other_normalizers_are_refused_by_key(string normalizer, string expected)
        => StringAssert.StartsWith(Assert.ThrowsExactly<NotSupportedException>(() => SubwordFile.ReadNormalizer(normalizer)).Message, "tiny/tokenizer.json: " + expected);

    [TestMethod]
    [DataRow("""{"type": "Replace", "pattern": {"String": ""}, "content": "x"}""", "'normalizer.normalizers[0].pattern.String' is \"\"")]
    [DataRow("""{"type": "Replace", "pattern": {}, "content": "x"}""", "'normalizer.normalizers[0].pattern.Regex' is missing")]
    [DataRow("""{"type": "Precompiled", "precompiled_charsmap": "?"}""", "'normalizer.normalizers[0].precompiled_charsmap' is \"?\" and must be bytes in base64")]
    [DataRow("""{"type": "Strip"}""", "'normalizer.normalizers[0].strip_left' is missing")]
    public void A_damaged_normalizer_is_refused_by_key(string normalizer, string expected)
        => StringAssert.StartsWith(Assert.ThrowsExactly<InvalidDataException>(() => SubwordFile.ReadNormalizer(normalizer)).Message, "tiny/tokenizer.json: " + expected);

    [TestMethod]
    public void A_regular_expression_that_takes_exponential_time_is_stopped()
    {
        Tokenizer tokenizer = SubwordFile.ReadNormalizer("""{"type": "Replace", "pattern": {"Regex": "^(a|aa)+$"}, "content": ""}""").Tokenizer;

        string message = Assert.ThrowsExactly<InvalidDataException>(() => tokenizer.EncodeToIds(new string('a', 1000) + "b")).Message;

        StringAssert.Contains(message, "'^(a|aa)+$'");
    }

    [TestMethod]
    public void A_normalizer_that_makes_texts_explode_is_stopped()
    {
        string step = $$"""{"type": "Replace", "pattern": {"String": "a"}, "content": "{{new string('a', 1000)}}"}""";
        Tokenizer tokenizer = SubwordFile.ReadNormalizer(step, step, step).Tokenizer;

        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => tokenizer.EncodeToIds("a")).Message, "more than 1000 times");
    }

    [TestMethod]
    public void Many_normalizers_are_refused()
        => Assert.ThrowsExactly<InvalidDataException>(() => SubwordFile.ReadNormalizer([.. Enumerable.Repeat("""{"type": "NFC"}""", 101)]));

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void A_long_text_in_parts_has_the_ids_and_places_of_the_whole(int seed)
    {
        var random = new Random(seed);
        string[] words = ["ab", "abc", "e\u0301", "É", "  ", "   ", "é.", "a", "\u3000", "x😀", "\uD800", "ﬁ", "한\u1112\u1161", "<mask>", "c,", "\r\n", "ab1", "B"];
        string text = string.Join(' ', Enumerable.Range(0, 6000).Select(_ => words[random.Next(words.Length)]));
        const string Never = """{"type": "Replace", "pattern": {"Regex": "\u0000{9}"}, "content": ""}""";
        byte[] map = CharacterMapBuilder.Build(("\u3000", " "), ("ﬁ", "fi"), ("\r", " "), ("e\u0301", "é"));
        string[] steps =
        [
            Precompiled(map), """{"type": "NFC"}""", """{"type": "Lowercase"}""", """{"type": "Strip", "strip_left": true, "strip_right": true}""",
            """{"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}""", """{"type": "Prepend", "prepend": "c"}""",
        ];

        foreach (string preTokenizer in new[] { """{"type": "Metaspace", "replacement": "▁"}""", """{"type": "WhitespaceSplit"}""", """{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first"}""" })
        {
            SentenceTokenizer inParts = SubwordFile.ReadUnigram(file => Change(file, preTokenizer, steps));
            SentenceTokenizer whole = SubwordFile.ReadUnigram(file => Change(file, preTokenizer, [.. steps, Never]));

            Assert.AreEqual(SubwordFile.Ids(whole, text), SubwordFile.Ids(inParts, text));
            CollectionAssert.AreEqual(
                whole.Tokenizer.EncodeToTokens(text, out _).Select(token => (token.Id, token.Offset)).ToArray(),
                inParts.Tokenizer.EncodeToTokens(text, out _).Select(token => (token.Id, token.Offset)).ToArray());
        }
    }

    private static void Change(JsonNode file, string preTokenizer, string[] steps)
    {
        file["pre_tokenizer"] = JsonNode.Parse(preTokenizer);
        file["normalizer"] = new JsonObject { ["type"] = "Sequence", ["normalizers"] = new JsonArray([.. steps.Select(step => JsonNode.Parse(step))]) };
        file["added_tokens"]!.AsArray().Add(TokenizerFile.AddedToken("c,", "normalized", "lstrip"));
    }

    private static string Precompiled(byte[] map) => $$"""{"type": "Precompiled", "precompiled_charsmap": "{{Convert.ToBase64String(map)}}"}""";
}
