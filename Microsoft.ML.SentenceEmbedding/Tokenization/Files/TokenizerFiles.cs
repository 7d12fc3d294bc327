namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The content of a model directory's files that say how text becomes token ids; null for a file that is not there.</summary>
internal sealed record TokenizerFiles
{
    /// <summary>Gets the directory's name for messages.</summary>
    public required string DirectoryName { get; init; }

    /// <summary>Gets the content of tokenizer.json.</summary>
    public ReadOnlyMemory<byte>? TokenizerJson { get; init; }

    /// <summary>Gets the content of tokenizer_config.json.</summary>
    public ReadOnlyMemory<byte>? TokenizerConfigJson { get; init; }

    /// <summary>Gets the content of added_tokens.json, which goes with vocab.txt.</summary>
    public ReadOnlyMemory<byte>? AddedTokensJson { get; init; }

    /// <summary>Gets how many ids the model has embeddings for; larger ones are refused where they are read.</summary>
    public int MaximumVocabularySize { get; init; } = int.MaxValue;

    /// <summary>Gets the content of vocab.txt, which is used where there is no tokenizer.json.</summary>
    public ReadOnlyMemory<byte>? VocabTxt { get; init; }

    /// <summary>Gets config.json's model_type, by which transformers chooses or distrusts a tokenizer's class; null where it is not known.</summary>
    public string? ModelType { get; init; }

    /// <summary>Gets a value indicating whether tokenizer.json alone says everything and no special tokens go around a text, as StaticEmbedding has it.</summary>
    public bool IsTokenizerJsonAlone { get; init; }

    /// <summary>Gets a value indicating whether sentence_bert_config.json says do_lower_case.</summary>
    public bool LowerCaseFirst { get; init; }
}
