using System.Text;
using System.Text.Json.Nodes;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Random texts under every combination of BertNormalizer's options, with and without added tokens, against the reference's ids.</summary>
/// <remarks>Data/Tokenization/make-options.mjs wrote the file and says what its vocabulary is.</remarks>
[TestClass]
public class TokenizerOptionParityTests
{
    [TestMethod]
    public void Every_combination_of_options_has_the_reference_ids()
    {
        JsonNode[] lines = [.. CompressedText.Lines(Path.Combine(AppContext.BaseDirectory, "Data", "Tokenization", "options.jsonl.gz")).Select(line => JsonNode.Parse(line)!)];
        string vocabulary = Vocabulary(lines[0]);
        int texts = 0;
        int[] ids = new int[1 << 12];
        foreach (JsonNode line in lines.Skip(1))
        {
            SentenceTokenizer tokenizer = Read(line["configuration"]!, vocabulary);
            foreach ((JsonNode? text, JsonNode? expected) in line["texts"]!.AsArray().Zip(line["ids"]!.AsArray()))
            {
                string input = text!.GetValue<string>();
                int[] reference = expected!.AsArray().GetValues<int>().ToArray();
                string message = $"{line["configuration"]!["normalizer"]!.ToJsonString()}: '{input}'";

                int count = tokenizer.Encode(input, ids);

                CollectionAssert.AreEqual(reference, ids[..count], message);
                CollectionAssert.AreEqual(reference, tokenizer.Tokenizer.EncodeToTokens(input, out _).Select(token => token.Id).ToArray(), message);
                Assert.AreEqual(reference.Length, tokenizer.Tokenizer.CountTokens(input), message);
                AssertBeginnings(tokenizer, input, reference, message);
                texts++;
            }
        }

        Assert.AreEqual(144, lines.Length - 1);
        ParityReport.Add($"token ids under {lines.Length - 1} combinations of options: {texts} texts compared, 0 different");
    }

    private static void AssertBeginnings(SentenceTokenizer tokenizer, string text, int[] reference, string message)
    {
        int[] ids = new int[reference.Length];
        for (int length = 0; length < reference.Length; length++)
        {
            Assert.AreEqual(length, tokenizer.Encode(text, ids.AsSpan(0, length)), message);
            Assert.IsTrue(ids.AsSpan(0, length).SequenceEqual(reference.AsSpan(0, length)), message);
        }
    }

    private static string Vocabulary(JsonNode description)
    {
        var vocabulary = new JsonObject();
        IEnumerable<string> characters = description["ranges"]!.AsArray()
            .SelectMany(range => Enumerable.Range(range![0]!.GetValue<int>(), range[1]!.GetValue<int>() - range[0]!.GetValue<int>() + 1))
            .SelectMany(c => new[] { new Rune(c).ToString(), $"##{new Rune(c)}" });
        foreach (string token in description["specials"]!.AsArray().GetValues<string>().Concat(characters).Concat(description["words"]!.AsArray().GetValues<string>()))
        {
            if (!vocabulary.ContainsKey(token))
            {
                vocabulary.Add(token, vocabulary.Count);
            }
        }

        return vocabulary.ToJsonString();
    }

    /// <summary>The class that leaves everything to tokenizer.json: its options are what is tested.</summary>
    private static SentenceTokenizer Read(JsonNode configuration, string vocabulary)
    {
        const string Place = "\"vocabulary goes here\"";
        configuration["model"]!["vocab"] = Place.Trim('"');
        return SentenceTokenizerReader.Read(new TokenizerFiles
        {
            DirectoryName = "options",
            TokenizerJson = Encoding.UTF8.GetBytes(configuration.ToJsonString().Replace(Place, vocabulary, StringComparison.Ordinal)),
            TokenizerConfigJson = """{"tokenizer_class": "PreTrainedTokenizerFast"}"""u8.ToArray(),
        });
    }
}
