using System.Text.Json.Nodes;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Small tokenizer.json files of BPE and Unigram to change and read.</summary>
internal static class SubwordFile
{
    private const string Generic = """{"tokenizer_class": "PreTrainedTokenizerFast"}""";

    private const string BytePair = """
        {
          "added_tokens": [
            {"id": 0, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
            {"id": 1, "content": "</s>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}
          ],
          "normalizer": null,
          "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
          "post_processor": {"type": "RobertaProcessing", "sep": ["</s>", 1], "cls": ["<s>", 0], "trim_offsets": true, "add_prefix_space": false},
          "model": {
            "type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": "", "end_of_word_suffix": "", "fuse_unk": false, "byte_fallback": false,
            "vocab": {
              "<s>": 0, "</s>": 1, "a": 2, "b": 3, "c": 4, "Ġ": 5, "ab": 6, "bc": 7, "abc": 8, "Ġa": 9, "aa": 10, "aaaa": 11, "Ã": 12, "©": 13, "Ã©": 14, "'": 15, "s": 16, "Ċ": 17,
              "ĠĠ": 18, "1": 19, "A": 20, "<unk>": 21
            },
            "merges": [["a", "b"], ["b", "c"], ["ab", "c"], ["Ġ", "a"], ["a", "a"], ["aa", "aa"], ["Ã", "©"], ["Ġ", "Ġ"]]
          }
        }
        """;

    private const string Unigram = """
        {
          "added_tokens": [
            {"id": 0, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
            {"id": 1, "content": "</s>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
            {"id": 3, "content": "<mask>", "single_word": false, "lstrip": true, "rstrip": false, "normalized": false, "special": true}
          ],
          "normalizer": null,
          "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true},
          "post_processor": null,
          "model": {
            "type": "Unigram", "unk_id": 2, "byte_fallback": false,
            "vocab": [
              ["<s>", 0.0], ["</s>", 0.0], ["<unk>", 0.0], ["<mask>", 0.0], ["▁", -2.0], ["a", -3.0], ["b", -3.0], ["▁a", -3.5], ["ab", -4.0], ["▁ab", -6.0], ["c", -5.0], ["é", -5.0],
              ["▁▁", -9.0], ["abc", -8.5], [".", -4.0]
            ]
          }
        }
        """;

    /// <summary>The BPE tokenizer as the file alone says, changed if wanted.</summary>
    public static SentenceTokenizer ReadBytePair(Action<JsonNode>? change = null) => TokenizerFile.ReadText(BytePairText(change), Generic);

    /// <summary>The Unigram tokenizer as the file alone says, changed if wanted.</summary>
    public static SentenceTokenizer ReadUnigram(Action<JsonNode>? change = null) => TokenizerFile.ReadText(UnigramText(change), Generic);

    /// <summary>The Unigram tokenizer that splits nothing and marks nothing, with a normalizer: what normalization gives is what the tokens say.</summary>
    public static SentenceTokenizer ReadNormalizer(params string[] normalizers) => ReadUnigram(file =>
    {
        file["pre_tokenizer"] = null;
        file["normalizer"] = new JsonObject { ["type"] = "Sequence", ["normalizers"] = new JsonArray([.. normalizers.Select(text => JsonNode.Parse(text))]) };
        file["model"]!["byte_fallback"] = true;
        JsonArray pieces = file["model"]!["vocab"]!.AsArray();
        for (int value = 0; value < 256; value++)
        {
            pieces.Add(new JsonArray($"<0x{value:X2}>", -20.0));
        }
    });

    /// <summary>The BPE file as text.</summary>
    public static string BytePairText(Action<JsonNode>? change = null) => Changed(BytePair, change);

    /// <summary>The Unigram file as text.</summary>
    public static string UnigramText(Action<JsonNode>? change = null) => Changed(Unigram, change);

    /// <summary>All ids of a text, special tokens included.</summary>
    public static string Ids(SentenceTokenizer tokenizer, string text)
    {
        int[] ids = new int[100 + (4 * text.Length)];
        return string.Join(' ', ids[..tokenizer.Encode(text, ids)]);
    }

    private static string Changed(string content, Action<JsonNode>? change)
    {
        JsonNode file = JsonNode.Parse(content)!;
        change?.Invoke(file);
        return file.ToJsonString();
    }
}
