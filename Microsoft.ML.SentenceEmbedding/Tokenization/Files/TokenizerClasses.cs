namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Chooses a tokenizer's class as transformers' AutoTokenizer does.</summary>
internal static class TokenizerClasses
{
    private static readonly Dictionary<string, TokenizerClass> ByName = new(StringComparer.Ordinal)
    {
        ["PreTrainedTokenizer"] = TokenizerClass.Generic,
        ["TokenizersBackend"] = TokenizerClass.Generic,
        ["MPNetTokenizer"] = TokenizerClass.MpNet,
        ["RobertaTokenizer"] = TokenizerClass.Roberta,
        ["GPT2Tokenizer"] = TokenizerClass.Gpt2,
        ["XLMRobertaTokenizer"] = TokenizerClass.XlmRoberta,
    };

    // Which class goes with a config.json's model_type.
    private static readonly Dictionary<string, string> NamesByModelType = new(StringComparer.Ordinal)
    {
        ["bert"] = "BertTokenizer",
        ["distilbert"] = "BertTokenizer",
        ["electra"] = "BertTokenizer",
        ["ernie"] = "BertTokenizer",
        ["mpnet"] = "MPNetTokenizer",
        ["roberta"] = "RobertaTokenizer",
        ["roberta-prelayernorm"] = "RobertaTokenizer",
        ["gpt2"] = "GPT2Tokenizer",
        ["xlm-roberta"] = "XLMRobertaTokenizer",
        ["xlm-roberta-xl"] = "XLMRobertaTokenizer",
    };

    /// <summary>Gets the class for tokenizer_config.json's tokenizer_class and config.json's model_type, either of which may be missing.</summary>
    public static TokenizerClass Choose(string? name, string? modelType)
    {
        name = name?.Replace("Fast", string.Empty, StringComparison.Ordinal);
        string? native = modelType is null ? null : NamesByModelType.GetValueOrDefault(modelType, "TokenizersBackend");
        if (name is not null && native is not (null or "TokenizersBackend") && name != native)
        {
            // A class that is not the model's own is not trusted.
            return TokenizerClass.Generic;
        }

        return (name ?? native) is { } chosen ? ByName.GetValueOrDefault(chosen, TokenizerClass.Bert) : TokenizerClass.Bert;
    }

    /// <summary>Gets the special tokens that a class has where the configuration says nothing, by their keys there.</summary>
    public static IReadOnlyList<(string Key, string? Default)> SpecialTokens(TokenizerClass tokenizerClass) => tokenizerClass switch
    {
        TokenizerClass.Generic =>
            [("bos_token", null), ("eos_token", null), ("unk_token", null), ("sep_token", null), ("pad_token", null), ("cls_token", null), ("mask_token", null)],
        TokenizerClass.Bert =>
            [("bos_token", null), ("eos_token", null), ("unk_token", "[UNK]"), ("sep_token", "[SEP]"), ("pad_token", "[PAD]"), ("cls_token", "[CLS]"), ("mask_token", "[MASK]")],
        TokenizerClass.Gpt2 =>
            [("bos_token", "<|endoftext|>"), ("eos_token", "<|endoftext|>"), ("unk_token", "<|endoftext|>"), ("sep_token", null), ("pad_token", null), ("cls_token", null), ("mask_token", null)],
        TokenizerClass.MpNet =>
            [("bos_token", "<s>"), ("eos_token", "</s>"), ("unk_token", "[UNK]"), ("sep_token", "</s>"), ("pad_token", "<pad>"), ("cls_token", "<s>"), ("mask_token", "<mask>")],
        _ =>
            [("bos_token", "<s>"), ("eos_token", "</s>"), ("unk_token", "<unk>"), ("sep_token", "</s>"), ("pad_token", "<pad>"), ("cls_token", "<s>"), ("mask_token", "<mask>")],
    };
}
