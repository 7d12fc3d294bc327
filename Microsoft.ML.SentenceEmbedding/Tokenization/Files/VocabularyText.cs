using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads vocab.txt: one token a line, the line's number is its id.</summary>
internal static class VocabularyText
{
    /// <summary>The most tokens that are read where no model says how many it has; the largest published vocabularies have a million.</summary>
    public const int MaximumSize = 1 << 22;

    /// <summary>Reads all lines; a token that comes twice has its last line's id, as in Python.</summary>
    /// <exception cref="InvalidDataException">The text is not UTF-8, has more lines than <paramref name="maximumSize"/>, or an absurdly long one.</exception>
    public static Dictionary<string, int> Read(Stream stream, string name, int maximumSize = MaximumSize)
    {
        using var reader = new StreamReader(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), leaveOpen: true);
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        try
        {
            for (int id = 0; reader.ReadLine() is { } token; id++)
            {
                if (id >= maximumSize || token.Length > WordPieceVocabulary.LongestPiece)
                {
                    string expected = id >= maximumSize ? $"the vocabulary has at most {maximumSize} tokens" : $"a token has at most {WordPieceVocabulary.LongestPiece} characters";
                    throw new InvalidDataException($"{name}: line {id + 1L} is '{Excerpt.Of(token)}', but {expected}.");
                }

                vocabulary[token] = id;
            }
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"{name}: not UTF-8 text ({e.Message}); a vocabulary has one token a line.", e);
        }

        return vocabulary;
    }
}
