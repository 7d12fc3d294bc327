using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class BertWordPieceTokenizerTests
{
    [TestMethod]
    [DataRow("Héllo wörld", "Héllo|wörld", "hello|world")]
    [DataRow("hello, embeddings.", "hello|,|emb|ed|ding|s|.", "hello|,|emb|##ed|##ding|##s|.")]
    [DataRow("a中文b", "a|中|文|b", "a|中|文|b")]
    [DataRow("hello 😀.", "hello|😀|.", "hello|😀|.")]
    [DataRow("hello [SEP]world", "hello|[SEP]|world", "hello|[SEP]|world")]
    [DataRow("hello xyzzy world", "hello|xyzzy|world", "hello|[UNK]|world")]
    [DataRow("he\u0301llo\u0301 b", "he\u0301llo|b", "hello|b")]
    [DataRow("\u200bhel\u0001lo\u3000a", "hel\u0001lo|a", "hello|a")]
    [DataRow("하", "하|하", "\u1112|##\u1161")]
    [DataRow("  \t\n", "", "")]
    [DataRow("", "", "")]
    public void Offsets_show_each_token_in_the_original_text(string text, string slices, string values)
    {
        IReadOnlyList<EncodedToken> tokens = Small().EncodeToTokens(text, out string? normalized);

        Assert.AreEqual(slices, string.Join('|', tokens.Select(token => text[token.Offset])));
        Assert.AreEqual(values, string.Join('|', tokens.Select(token => token.Value)));
        CollectionAssert.AreEqual(Small().EncodeToIds(text).ToArray(), tokens.Select(token => token.Id).ToArray());
        Assert.IsNull(normalized);
    }

    [TestMethod]
    [DataRow(1, 5, "4")]
    [DataRow(2, 9, "4 6")]
    [DataRow(3, 11, "4 6 7")]
    [DataRow(4, 12, "4 6 7 9")]
    [DataRow(5, 13, "4 6 7 9 11")]
    [DataRow(6, 15, "4 6 7 9 11")]
    public void A_maximum_count_says_how_much_of_the_text_it_took(int maximum, int expectedConsumed, string expected)
    {
        IReadOnlyList<int> ids = Small().EncodeToIds("hello embeds.  ", maximum, out string? normalized, out int consumed);

        AssertIds(expected, ids);
        Assert.AreEqual(expectedConsumed, consumed);
        Assert.IsNull(normalized);
    }

    [TestMethod]
    [DataRow("하 a", 1, 0, "")]
    [DataRow("하 a", 2, 1, "17 18")]
    [DataRow("a 하 a", 2, 1, "14")]
    [DataRow("a 하", 3, 3, "14 17 18")]
    [DataRow("a 하", 4, 3, "14 17 18")]
    public void A_character_has_all_of_its_tokens_or_is_not_consumed(string text, int maximum, int expectedConsumed, string expected)
    {
        IReadOnlyList<int> ids = Small().EncodeToIds(text, maximum, out _, out int consumed);

        AssertIds(expected, ids);
        Assert.AreEqual(expectedConsumed, consumed);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(-1)]
    public void A_maximum_count_is_positive(int maximum)
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Small().EncodeToIds("hello", maximum, out _, out _));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Small().EncodeToIds("hello".AsSpan(), maximum, out _, out _));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Small().GetIndexByTokenCount("hello", maximum, out _, out _));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Small().GetIndexByTokenCountFromEnd("hello", maximum, out _, out _));
    }

    [TestMethod]
    [DataRow(63)]
    [DataRow(64)]
    [DataRow(65)]
    [DataRow(1000)]
    public void Long_pieces_are_found_and_the_longest_wins(int length)
    {
        string piece = new string('x', length);
        using var stream = Vocabulary($"[UNK]\n{piece}\n##{piece[2..]}\nx\n##x\n{piece[..^1]}\n");
        BertWordPieceTokenizer tokenizer = BertWordPieceTokenizer.Create(stream, new BertWordPieceOptions { MaximumWordLength = 10_000 });

        AssertIds("1", tokenizer.EncodeToIds(piece));
        AssertIds("5", tokenizer.EncodeToIds(piece[..^1]));
        AssertIds("1 2 4", tokenizer.EncodeToIds(piece + piece[2..] + "x"));
    }

    [TestMethod]
    public void Long_pieces_do_not_make_words_endless()
    {
        // Looked up one by one, the lengths of these pieces would take many minutes.
        using var stream = Vocabulary("[UNK]\nx\n##x\n" + string.Join('\n', Enumerable.Range(64, 900).Select(length => $"##{new string('x', length)}y")));
        BertWordPieceTokenizer tokenizer = BertWordPieceTokenizer.Create(stream, new BertWordPieceOptions { MaximumWordLength = 10_000 });
        string text = string.Join(' ', Enumerable.Repeat(new string('x', 10_000), 50));

        Assert.AreEqual(500_000, tokenizer.CountTokens(text));
    }

    [TestMethod]
    public void A_vocabulary_has_a_limit_of_pieces_and_of_their_length()
    {
        using var longLine = Vocabulary("[UNK]\n" + new string('x', 1001));
        using var manyLines = Vocabulary(new string('\n', (1 << 22) + 1));

        Assert.Contains("line 2 is 'xxx", Assert.ThrowsExactly<InvalidDataException>(() => BertWordPieceTokenizer.Create(longLine)).Message);
        Assert.Contains("line 4194305 is ''", Assert.ThrowsExactly<InvalidDataException>(() => BertWordPieceTokenizer.Create(manyLines)).Message);
    }

    [TestMethod]
    [DataRow("hello embeds.", 1, 5, 1, 12, 1)]
    [DataRow("hello embeds.", 2, 9, 2, 11, 2)]
    [DataRow("hello embeds.", 4, 12, 4, 6, 4)]
    [DataRow("hello embeds. ", 5, 14, 5, 0, 5)]
    [DataRow("하 a", 1, 0, 0, 2, 1)]
    [DataRow("a 하", 2, 1, 1, 2, 2)]
    [DataRow("a 하", 1, 1, 1, 3, 0)]
    [DataRow("", 3, 0, 0, 0, 0)]
    public void A_text_is_cut_between_tokens_and_never_inside_a_character(string text, int maximum, int index, int count, int indexFromEnd, int countFromEnd)
    {
        Assert.AreEqual(index, Small().GetIndexByTokenCount(text, maximum, out string? normalized, out int tokens));
        Assert.AreEqual(count, tokens);
        Assert.IsNull(normalized);

        Assert.AreEqual(indexFromEnd, Small().GetIndexByTokenCountFromEnd(text, maximum, out normalized, out tokens));
        Assert.AreEqual(countFromEnd, tokens);
        Assert.IsNull(normalized);
    }

    [TestMethod]
    public void Chunks_of_a_text_have_all_its_tokens()
    {
        const string Text = "The quick brown fox jumps over the lazy dog, again and again, and then it sleeps in the sun.";
        var ids = new List<int>();
        int start = 0;
        while (start < Text.Length)
        {
            int length = DefaultTokenizer.Text.GetIndexByTokenCount(Text[start..], 7, out _, out int count);
            Assert.IsInRange(1, 7, count);
            ids.AddRange(DefaultTokenizer.Text.EncodeToIds(Text.AsSpan(start, length)));
            start += length;
        }

        CollectionAssert.AreEqual(DefaultTokenizer.Text.EncodeToIds(Text).ToArray(), ids);
    }

    [TestMethod]
    [DataRow("2 4 10 5 11 3", false, "[CLS] hello, world. [SEP]")]
    [DataRow("2 4 10 5 11 3", true, "hello, world.")]
    [DataRow("6 7 8 9", false, "embedding s")]
    [DataRow("7 6 999 -1 7", false, "##ed embed")]
    [DataRow("", false, "")]
    public void Decoding_joins_pieces_and_drops_spaces_before_punctuation(string ids, bool skipSpecialTokens, string expected)
    {
        int[] values = ids.Length == 0 ? [] : [.. ids.Split(' ').Select(int.Parse)];
        string text = Small(file => file["model"]!["vocab"]!.AsObject().Remove("##s"), file => file["model"]!["vocab"]!["s"] = 9).Decode(values, skipSpecialTokens);

        Assert.AreEqual(expected, text);
    }

    [TestMethod]
    public void Decoding_to_a_span_stops_before_the_token_that_does_not_fit()
    {
        char[] destination = new char[8];

        OperationStatus status = Small().Decode([4, 5], destination, out int idsConsumed, out int charsWritten);

        Assert.AreEqual(OperationStatus.DestinationTooSmall, status);
        Assert.AreEqual(1, idsConsumed);
        Assert.AreEqual("hello", destination.AsSpan(0, charsWritten).ToString());
        Assert.AreEqual(OperationStatus.Done, Small().Decode([4, 10], destination, out idsConsumed, out charsWritten));
        Assert.AreEqual(2, idsConsumed);
        Assert.AreEqual("hello,", destination.AsSpan(0, charsWritten).ToString());
    }

    [TestMethod]
    [DataRow("<t>", "a <t> b", "a|<t>|b")]
    [DataRow("<t>", "a<t>b", "a|<t>|b")]
    [DataRow("<t>", "<T>", "[UNK]|[UNK]|[UNK]")]
    [DataRow("<t>+lstrip", "a \t<t> b", "a| \t<t>|b")]
    [DataRow("<t>+rstrip", "a <t> \n b", "a|<t> \n |b")]
    [DataRow("<t>+lstrip+rstrip", "<t>  <t>", "<t>  |<t>")]
    [DataRow("cat+single_word", "cat concat cats cat_ (cat)", "cat|[UNK]|[UNK]|[UNK]|[UNK]|[UNK]|cat|[UNK]")]
    [DataRow("New York+normalized", "in NEW YÖRK", "[UNK]|NEW YÖRK")]
    [DataRow("New York", "in New York NEW YORK", "[UNK]|New York|new|york")]
    [DataRow("É+normalized", "aEb", "a|E|b")]
    public void Added_tokens_are_cut_out_first(string token, string text, string expected)
    {
        string[] parts = token.Split('+');
        BertWordPieceTokenizer tokenizer = Small(file => file["added_tokens"]!.AsArray().Add(TokenizerFile.AddedToken(parts[0], parts[1..])));

        IReadOnlyList<EncodedToken> tokens = tokenizer.EncodeToTokens(text, out _);

        Assert.AreEqual(expected, string.Join('|', tokens.Select(t => t.Id is 27 or 22 ? text[t.Offset] : t.Value)));
        CollectionAssert.AreEqual(tokens.Select(t => t.Id).ToArray(), tokenizer.EncodeToIds(text).ToArray());
    }

    [TestMethod]
    public void The_longest_of_several_added_tokens_wins()
    {
        BertWordPieceTokenizer tokenizer = Small(
            file => file["added_tokens"]!.AsArray().Add(TokenizerFile.AddedToken("<t", "special")),
            file => file["added_tokens"]!.AsArray().Add(TokenizerFile.AddedToken("<t>>", "special")));

        AssertIds("28 27 1", tokenizer.EncodeToIds("<t>><t>").ToArray());
    }

    [TestMethod]
    public void A_full_destination_ends_the_reading_and_an_unknown_word_stays_unknown()
    {
        int[] ids = [-1, -1, -1];

        Assert.AreEqual(2, Small().EncodeToIds("hello embeddingz", ids.AsSpan(0, 2)));
        AssertIds("4 1 -1", ids);
        Assert.AreEqual(2, Small().EncodeToIds("hello embedding", ids.AsSpan(0, 2)));
        AssertIds("4 6 -1", ids);
        Assert.AreEqual(0, Small().EncodeToIds("hello", []));
    }

    [TestMethod]
    [DataRow("hello \ud800 world", "4 5")]
    [DataRow("hel\udc00lo", "4")]
    [DataRow("\ud83d", "")]
    [DataRow("\ude00\ud83d 😀", "19")]
    public void Half_a_surrogate_pair_is_cleaned_away(string text, string expected)
    {
        Assert.AreEqual(expected, string.Join(' ', Small().EncodeToIds(text)));
        Assert.AreEqual(expected, string.Join(' ', Small().EncodeToTokens(text, out _).Select(token => token.Id)));
    }

    [TestMethod]
    public void Half_a_surrogate_pair_is_an_unknown_character_where_nothing_is_cleaned()
        => AssertIds("1 4", Small(file => file["normalizer"]!["clean_text"] = false).EncodeToIds("hel\udc00lo hello").ToArray());

    [TestMethod]
    [DataRow("word ")]
    [DataRow("x")]
    [DataRow("é")]
    [DataRow("中")]
    [DataRow("\u302e\u0301")]
    [DataRow("[SE")]
    [DataRow("😀\ud800")]
    public void Ten_megabytes_are_read_in_one_go(string unit)
    {
        string text = string.Concat(Enumerable.Repeat(unit, 10_000_000 / unit.Length));
        int[] ids = new int[text.Length];

        int count = DefaultTokenizer.Text.EncodeToIds(text, ids);

        Assert.AreEqual(DefaultTokenizer.Text.CountTokens(text), count);
        Assert.AreEqual(Math.Min(254, count), DefaultTokenizer.Text.EncodeToIds(text, ids.AsSpan(0, 254)));
    }

    [TestMethod]
    public void Encoding_to_a_span_allocates_nothing()
    {
        string[] texts =
        [
            "A plain sentence about embeddings, with punctuation!", "Curly “quotes” and an é…", "Кошка спит на тёплом столе", "今天天气很好", "e\u0327\u0301 [SEP] \ud800 \u302e\u0301\u302f", new string('x', 5000),
        ];
        int[] ids = new int[512];
        long allocated = 1;
        for (int round = 0; round < 2; round++)
        {
            // The first round compiles the code and fills the pools.
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10_000; i++)
            {
                DefaultTokenizer.Text.EncodeToIds(texts[i % texts.Length], ids);
                DefaultTokenizer.Sentence.CountTokens(texts[i % texts.Length], 256);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // The garbage collector may have emptied the pools in between.
        Assert.IsLessThan(10_000L, allocated);
    }

    [TestMethod]
    public void Many_threads_get_the_same_ids()
    {
        string[] texts = [.. Enumerable.Range(0, 500).Select(i => $"Sentence {i} has café № {i * 7919} and embeddings_{i} [SEP] 東京 {(char)(0x400 + i)}")];
        int[][] expected = Array.ConvertAll(texts, text => DefaultTokenizer.Text.EncodeToIds(text).ToArray());

        Parallel.For(0, 8 * texts.Length, i => CollectionAssert.AreEqual(expected[i % texts.Length], DefaultTokenizer.Text.EncodeToIds(texts[i % texts.Length]).ToArray()));
    }

    [TestMethod]
    public void The_inherited_switches_change_nothing()
    {
        const string Text = "Héllo, world";
        const string Expected = "4 10 5";

        AssertIds(Expected, Small().EncodeToIds(Text, considerPreTokenization: false, considerNormalization: false));
        AssertIds(Expected, Small().EncodeToIds(Text.AsSpan()));
        Assert.AreEqual(3, Small().CountTokens(Text, considerPreTokenization: false, considerNormalization: false));
        Assert.IsNull(Small().Normalizer);
        Assert.IsNull(Small().PreTokenizer);
    }

    [TestMethod]
    public void A_vocabulary_stream_makes_an_uncased_tokenizer_and_stays_open()
    {
        using var stream = new MemoryStream("[UNK]\n[SEP]\nhello\n##s\n"u8.ToArray());

        BertWordPieceTokenizer tokenizer = BertWordPieceTokenizer.Create(stream);

        AssertIds("2 3 1 0", tokenizer.EncodeToIds("HELLOS[SEP]there").ToArray());
        Assert.AreEqual(3, tokenizer.Vocabulary["##s"]);
        Assert.HasCount(4, tokenizer.Vocabulary);
        Assert.IsTrue(stream.CanRead);
    }

    [TestMethod]
    public void Options_reach_the_tokenizer()
    {
        var options = new BertWordPieceOptions
        {
            Lowercase = false,
            UnknownToken = "<unk>",
            ContinuingSubwordPrefix = "@@",
            MaximumWordLength = 6,
            AddedTokens = [new AddedToken("<s>")],
        };
        using var stream = new MemoryStream("<unk>\n<s>\nHello\n@@s\nhello\n"u8.ToArray());

        BertWordPieceTokenizer tokenizer = BertWordPieceTokenizer.Create(stream, options);

        AssertIds("2 3 1 4 0 0", tokenizer.EncodeToIds("Hellos<s>hello Helloss HELLO").ToArray());
        Assert.AreEqual("Hellos", tokenizer.Decode([2, 3]));
    }

    [TestMethod]
    public void A_word_longer_than_the_default_buffers_is_split_where_the_options_allow_it()
    {
        using var stream = new MemoryStream("[UNK]\né\n##é\n"u8.ToArray());
        BertWordPieceTokenizer tokenizer = BertWordPieceTokenizer.Create(stream, new BertWordPieceOptions { StripAccents = false, MaximumWordLength = 1000 });

        Assert.HasCount(1000, tokenizer.EncodeToIds(new string('É', 1000)));
        AssertIds("0", tokenizer.EncodeToIds(new string('É', 1001)).ToArray());
        Assert.AreEqual(999..1000, tokenizer.EncodeToTokens(new string('É', 1000), out _)[^1].Offset);
    }

    [TestMethod]
    public void Bad_arguments_are_refused()
    {
        Assert.ThrowsExactly<ArgumentNullException>(() => BertWordPieceTokenizer.Create((Stream)null!));
        Assert.ThrowsExactly<ArgumentException>(() => BertWordPieceTokenizer.Create(string.Empty));
        Assert.ThrowsExactly<FileNotFoundException>(() => BertWordPieceTokenizer.Create(Path.Combine(AppContext.BaseDirectory, "no-vocab.txt")));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new BertWordPieceOptions { MaximumWordLength = 0 });
        Assert.ThrowsExactly<ArgumentException>(() => new BertWordPieceOptions { UnknownToken = string.Empty });
        Assert.ThrowsExactly<ArgumentNullException>(() => new BertWordPieceOptions { ContinuingSubwordPrefix = null! });
        Assert.ThrowsExactly<ArgumentNullException>(() => new BertWordPieceOptions { AddedTokens = null! });
        Assert.ThrowsExactly<ArgumentException>(() => new BertWordPieceOptions { AddedTokens = [null!] });
        Assert.ThrowsExactly<ArgumentException>(() => new AddedToken(string.Empty));
        using var stream = new MemoryStream("hello\n"u8.ToArray());
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => BertWordPieceTokenizer.Create(stream)).Message, "[UNK]");
    }

    private static MemoryStream Vocabulary(string content) => new MemoryStream(Encoding.UTF8.GetBytes(content));

    private static BertWordPieceTokenizer Small(params Action<JsonNode>[] changes) => (BertWordPieceTokenizer)TokenizerFile.Read(file =>
    {
        foreach (Action<JsonNode> change in changes)
        {
            change(file);
        }
    }).Tokenizer;

    private static void AssertIds(string expected, IEnumerable<int> ids) => Assert.AreEqual(expected, string.Join(' ', ids));
}
