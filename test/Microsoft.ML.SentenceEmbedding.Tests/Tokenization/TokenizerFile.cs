using System.Text;
using System.Text.Json.Nodes;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>A small tokenizer.json to change and read.</summary>
internal static class TokenizerFile
{
    private const string Content = """
        {
          "added_tokens": [
            {"id": 0, "content": "[PAD]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
            {"id": 1, "content": "[UNK]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
            {"id": 2, "content": "[CLS]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
            {"id": 3, "content": "[SEP]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}
          ],
          "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
          "pre_tokenizer": {"type": "BertPreTokenizer"},
          "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
            "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]}, "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}
          },
          "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
          "model": {
            "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
            "vocab": {
              "[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "hello": 4, "world": 5, "emb": 6, "##ed": 7, "##ding": 8, "##s": 9, ",": 10, ".": 11, "中": 12, "文": 13,
              "a": 14, "b": 15, "##b": 16, "\u1112": 17, "##\u1161": 18, "😀": 19, "new": 20, "york": 21, "É": 22, "é": 23, "##llo": 24, "h": 25, "HELLO": 26
            }
          }
        }
        """;

    /// <summary>The tokenizer as the file alone says, changed if wanted.</summary>
    public static SentenceTokenizer Read(Action<JsonNode>? change = null) => Read("""{"tokenizer_class": "PreTrainedTokenizerFast"}""", change);

    /// <summary>The tokenizer with a tokenizer_config.json, or without one.</summary>
    public static SentenceTokenizer Read(string? configuration, Action<JsonNode>? change = null)
    {
        JsonNode file = JsonNode.Parse(Content)!;
        change?.Invoke(file);
        return ReadText(file.ToJsonString(), configuration);
    }

    /// <summary>The tokenizer of a file given as text.</summary>
    public static SentenceTokenizer ReadText(string content, string? configuration = null, string? modelType = null) => SentenceTokenizerReader.Read(new TokenizerFiles
    {
        DirectoryName = "tiny",
        TokenizerJson = Encoding.UTF8.GetBytes(content),
        ModelType = modelType,
        TokenizerConfigJson = configuration is null ? null : (ReadOnlyMemory<byte>?)Encoding.UTF8.GetBytes(configuration),
    });

    /// <summary>An added token as the file has it, with some of its flags changed.</summary>
    public static JsonNode AddedToken(string content, params string[] flags)
    {
        var token = new JsonObject { ["id"] = 27, ["content"] = content };
        foreach (string flag in new[] { "single_word", "lstrip", "rstrip", "normalized", "special" })
        {
            token[flag] = flags.Contains(flag);
        }

        return token;
    }

    /// <summary>The file as text.</summary>
    public static string Text => Content;
}
