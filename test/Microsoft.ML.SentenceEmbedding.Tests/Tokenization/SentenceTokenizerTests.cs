namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class SentenceTokenizerTests
{
    [TestMethod]
    [DataRow("", "2 3")]
    [DataRow("hello", "2 4 3")]
    [DataRow("hello world", "2 4 5 3")]
    [DataRow("hello embeds", "2 4 6 3")]
    [DataRow("hello, world.", "2 4 10 3")]
    [DataRow("hello embz", "2 4 1 3")]
    [DataRow("embz hello", "2 1 4 3")]
    public void A_long_text_keeps_its_first_ids_between_the_special_tokens(string text, string expected)
    {
        int[] ids = new int[4];

        int count = TokenizerFile.Read().Encode(text, ids);

        Assert.AreEqual(expected, string.Join(' ', ids[..count]));
    }

    [TestMethod]
    public void The_special_tokens_alone_fit_exactly()
    {
        int[] ids = new int[2];

        Assert.AreEqual(2, TokenizerFile.Read().Encode("hello", ids));
        AssertIds("2 3", ids);
    }

    [TestMethod]
    public void A_destination_too_small_for_the_special_tokens_is_refused()
        => Assert.AreEqual("destination", Assert.ThrowsExactly<ArgumentException>(() => TokenizerFile.Read().Encode("hello", new int[1])).ParamName);

    [TestMethod]
    [DataRow(100, 6)]
    [DataRow(6, 6)]
    [DataRow(5, 5)]
    [DataRow(2, 2)]
    public void Counting_stops_at_the_maximum(int maximum, int expected)
        => Assert.AreEqual(expected, TokenizerFile.Read().CountTokens("hello embeds", maximum));

    [TestMethod]
    [DataRow("bert-fp16", DisplayName = "other weights")]
    [DataRow("plain-hf", DisplayName = "other configuration files")]
    [DataRow("legacy-vocab-txt", DisplayName = "vocab.txt instead of tokenizer.json")]
    public void Tokenizers_that_do_the_same_have_the_same_fingerprint(string model)
        => Assert.AreEqual(GetFingerprint("bert-mean-normalize"), GetFingerprint(model));

    [TestMethod]
    public void Tokenizers_that_differ_have_different_fingerprints()
    {
        // Another vocabulary, accents kept, and the same files with sentence_bert_config.json's do_lower_case.
        string[] models = ["bert-mean-normalize", "bert-strip-accents-false", "bert-cased-max", "bert-st-lower-case"];

        Assert.AreEqual(models.Length, models.Select(GetFingerprint).Distinct().Count());
    }

    private static ulong GetFingerprint(string model) => SentenceModel.Load(TinyModels.Directory(model)).SentenceTokenizer.Fingerprint;

    private static void AssertIds(string expected, IEnumerable<int> ids) => Assert.AreEqual(expected, string.Join(' ', ids));
}
