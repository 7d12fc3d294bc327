namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads the vocabulary of tokenizer.json's WordPiece and BPE: an object of tokens and their ids.</summary>
internal static class VocabularyJson
{
    /// <summary>Reads the ids by token.</summary>
    /// <exception cref="InvalidDataException">A token or an id comes twice, an id has no embedding, or a token is absurdly long.</exception>
    public static Dictionary<string, int> Read(JsonItem vocabulary, int maximumSize)
    {
        int count = vocabulary.CountProperties();
        var ids = new Dictionary<string, int>(count, StringComparer.Ordinal);
        var taken = new HashSet<int>(count);
        foreach ((string token, int id) in vocabulary.Integers(0, maximumSize - 1))
        {
            if (!taken.Add(id))
            {
                throw vocabulary.Get(token).Error("an id that no other token has");
            }

            if (token.Length > WordPieceVocabulary.LongestPiece)
            {
                throw vocabulary.Get(token).Error($"the id of a token of at most {WordPieceVocabulary.LongestPiece} characters");
            }

            if (!ids.TryAdd(token, id))
            {
                throw vocabulary.Get(token).Error("there only once");
            }
        }

        return ids;
    }
}
