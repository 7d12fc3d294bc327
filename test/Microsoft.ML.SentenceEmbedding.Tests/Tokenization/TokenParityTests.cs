using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Token ids of the embedded model against those of Hugging Face tokenizers: not one may differ.</summary>
[TestClass]
public class TokenParityTests
{
    private const string Tokens = "reference/all-MiniLM-L6-v2/tokens/";

    [TestMethod]
    public void Sentences_have_the_reference_ids()
    {
        int count = Compare("sentences", CompressedText.Lines(SharedData.Require("data/sentences/sentences.txt.gz")).Zip(CompressedText.Lines(SharedData.Require(Tokens + "sentences.ids.gz")), (text, ids) => (text, Ids(ids))));
        Assert.AreEqual(273381, count);
    }

    [TestMethod]
    public void Abstracts_have_the_reference_ids()
    {
        IEnumerable<string> texts = CompressedText.Lines(SharedData.Require("data/scifact/corpus.jsonl.gz")).Select(line =>
        {
            using JsonDocument json = JsonDocument.Parse(line);
            return $"{json.RootElement.GetProperty("title").GetString()} {json.RootElement.GetProperty("text").GetString()}".Trim();
        });
        int count = Compare("scifact abstracts", texts.Zip(CompressedText.Lines(SharedData.Require(Tokens + "scifact-corpus.ids.gz")), (text, ids) => (text, Ids(ids))));
        Assert.AreEqual(5183, count);
    }

    [TestMethod]
    public void Every_code_point_has_the_reference_ids()
    {
        int count = Compare("code points (shared file)", CompressedText.Lines(SharedData.Require(Tokens + "codepoints.tsv.gz")).Select(line =>
        {
            string[] parts = line.Split('\t');
            return ($"a{new Rune(int.Parse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture))}b", Ids(parts[1]));
        }));
        Assert.AreEqual(1112064, count);
    }

    [TestMethod]
    public void Random_strings_have_the_reference_ids()
    {
        int count = Compare("random strings (shared file)", RandomStrings(SharedData.Require(Tokens + "fuzz.jsonl.gz")));
        Assert.AreEqual(20000, count);
    }

    [TestMethod]
    public void Every_code_point_has_the_reference_ids_without_the_shared_data()
    {
        // Runs of code points with the same ids: first, last, ids.
        int count = Compare("code points", CompressedText.Lines(Data("code-points.tsv.gz")).SelectMany(line =>
        {
            string[] parts = line.Split('\t');
            int first = int.Parse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            int last = int.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return Enumerable.Range(first, last - first + 1).Where(Rune.IsValid).Select(c => ($"a{new Rune(c)}b", Ids(parts[2])));
        }));
        Assert.AreEqual(1112064, count);
    }

    [TestMethod]
    public void Random_strings_have_the_reference_ids_without_the_shared_data()
    {
        int count = Compare("random strings", RandomStrings(Data("random-strings.jsonl.gz")));
        Assert.AreEqual(4000, count);
    }

    private static string Data(string name) => Path.Combine(AppContext.BaseDirectory, "Data", "Tokenization", name);

    private static IEnumerable<(string Text, int[] Ids)> RandomStrings(string path) => CompressedText.Lines(path).Select(line =>
    {
        using JsonDocument json = JsonDocument.Parse(line);
        return (json.RootElement.GetProperty("text").GetString()!, json.RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray());
    });

    private static int[] Ids(string text) => text.Length == 0 ? [] : Array.ConvertAll(text.Split(' '), id => int.Parse(id, CultureInfo.InvariantCulture));

    /// <summary>Compares both ways of encoding, the fast one and the one that keeps places, and reports.</summary>
    private static int Compare(string what, IEnumerable<(string Text, int[] Ids)> references)
    {
        int count = 0;
        int different = 0;
        string? first = null;
        int[] ids = new int[1 << 16];
        foreach ((string text, int[] expected) in references)
        {
            count++;
            int length = DefaultTokenizer.Text.EncodeToIds(text, ids);
            bool same = ids.AsSpan(0, length).SequenceEqual(expected) && DefaultTokenizer.Text.EncodeToTokens(text, out _).Select(token => token.Id).SequenceEqual(expected);
            if (!same)
            {
                different++;
                first ??= $"'{text}': expected {string.Join(' ', expected)}, got {string.Join(' ', ids[..length])}";
            }
        }

        ParityReport.Add($"token ids of {what}: {count} texts compared, {different} different");
        Assert.AreEqual(0, different, first);
        return count;
    }
}
