namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The tokenizer classes of transformers 5 that differ in what they take from tokenizer.json.</summary>
/// <remarks>
/// A class with a pipeline of its own takes the vocabulary and the merges, scores, or character map from the file and ignores its
/// normalizer, pre-tokenizer, and, where it has special tokens of its own, post-processor.
/// </remarks>
internal enum TokenizerClass
{
    /// <summary>Whatever tokenizer.json says.</summary>
    Generic,

    /// <summary>BERT's normalizer as tokenizer_config.json has it; [CLS] and the like.</summary>
    Bert,

    /// <summary>The same with the special tokens of RoBERTa, but [UNK].</summary>
    MpNet,

    /// <summary>Byte-level BPE without normalizer, between &lt;s&gt; and &lt;/s&gt;.</summary>
    Roberta,

    /// <summary>Byte-level BPE without normalizer.</summary>
    Gpt2,

    /// <summary>Unigram with the character map alone, between &lt;s&gt; and &lt;/s&gt;.</summary>
    XlmRoberta,
}
