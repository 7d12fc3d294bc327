namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Spells words with the pieces of a vocabulary.</summary>
internal interface ISubwordModel
{
    /// <summary>Writes the tokens of a word that is not empty.</summary>
    public void Encode(ref Word word, ref TokenWriter writer);
}
