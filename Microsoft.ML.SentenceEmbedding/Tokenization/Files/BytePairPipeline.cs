using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The way of RoBERTa, GPT-2, and ModernBERT: words, their bytes, and merges of these.</summary>
internal sealed class BytePairPipeline : ITokenizerPipeline
{
    /// <summary>Gets the normalizers.</summary>
    public required List<NormalizationStep> Normalization { get; init; }

    /// <summary>Gets or sets how a text is split into words.</summary>
    public required PreTokenization PreTokenization { get; set; }

    /// <summary>Gets the merges.</summary>
    public required BytePairMerges Merges { get; init; }

    /// <summary>Gets or sets the id for bytes that the vocabulary lacks; null leaves them out.</summary>
    public int? UnknownId { get; set; }

    /// <summary>Gets or sets a value indicating whether neighbors that the vocabulary lacks are one token.</summary>
    public bool FusesUnknown { get; set; }

    /// <summary>Gets or sets a value indicating whether a word that is in the vocabulary as a whole is not merged.</summary>
    public bool IgnoresMerges { get; set; }

    /// <inheritdoc/>
    public void LowercaseFirst() => Normalization.Insert(0, new CharacterRuleStep(CharacterRules.Lowercase));

    /// <inheritdoc/>
    public Tokenizer CreateTokenizer(TokenizerDefinition definition) => new SubwordTokenizer(
        definition.AddedTokens,
        Normalization,
        PreTokenization,
        new BytePairModel(definition.Vocabulary, Merges, UnknownId, FusesUnknown, IgnoresMerges),
        new SubwordDecoder(definition.Vocabulary, definition.AddedTokens, metaspace: null, usesByteAlphabet: true, usesBytePieces: false));
}
