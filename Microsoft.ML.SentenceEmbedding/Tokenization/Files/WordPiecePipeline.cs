using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>BERT's way: BertNormalizer, BertPreTokenizer, WordPiece.</summary>
internal sealed class WordPiecePipeline : ITokenizerPipeline
{
    /// <summary>Gets how text is treated; <see cref="BertWordPieceOptions.AddedTokens"/> is not used.</summary>
    public BertWordPieceOptions Options { get; } = new();

    /// <inheritdoc/>
    public void LowercaseFirst() => Options.LowercaseFirst = true;

    /// <inheritdoc/>
    public Tokenizer CreateTokenizer(TokenizerDefinition definition) => definition.Vocabulary.ContainsKey(Options.UnknownToken)
        ? new BertWordPieceTokenizer(definition.Vocabulary, definition.AddedTokens, Options)
        : throw new InvalidDataException($"{definition.VocabularyFile}: the unknown token '{Excerpt.Of(Options.UnknownToken)}' is not in the vocabulary.");
}
