using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>SentencePiece's way, that of XLM-RoBERTa: a character map, marks for spaces, and the pieces with the best scores.</summary>
internal sealed class UnigramPipeline : ITokenizerPipeline
{
    /// <summary>Gets the normalizers.</summary>
    public required List<NormalizationStep> Normalization { get; init; }

    /// <summary>Gets or sets how a text is split into words.</summary>
    public required PreTokenization PreTokenization { get; set; }

    /// <summary>Gets the pieces, each at the index that is its id.</summary>
    public required IReadOnlyCollection<string> Pieces { get; init; }

    /// <summary>Gets the score of each piece.</summary>
    public required double[] Scores { get; init; }

    /// <summary>Gets or sets the id for what no piece covers.</summary>
    public required int UnknownId { get; set; }

    /// <summary>Gets or sets a value indicating whether that is spelled with pieces for its bytes where they exist.</summary>
    public bool UsesBytes { get; set; }

    /// <inheritdoc/>
    public void LowercaseFirst() => Normalization.Insert(0, new CharacterRuleStep(CharacterRules.Lowercase));

    /// <inheritdoc/>
    public Tokenizer CreateTokenizer(TokenizerDefinition definition) => new SubwordTokenizer(
        definition.AddedTokens,
        Normalization,
        PreTokenization,
        new UnigramModel(Pieces, Scores, UnknownId, UsesBytes),
        new SubwordDecoder(definition.Vocabulary, definition.AddedTokens, PreTokenization.Metaspace, usesByteAlphabet: false, UsesBytes));
}
