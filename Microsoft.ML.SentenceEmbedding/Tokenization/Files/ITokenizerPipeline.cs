using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What a model directory's files say about the way from text to ids, by the kind of the tokenizer's model.</summary>
internal interface ITokenizerPipeline
{
    /// <summary>Puts lower-casing in front of everything else, as sentence-transformers' do_lower_case asks.</summary>
    public void LowercaseFirst();

    /// <summary>Makes the tokenizer, which is an <see cref="ISpanTokenizer"/> too.</summary>
    public Tokenizer CreateTokenizer(TokenizerDefinition definition);
}
