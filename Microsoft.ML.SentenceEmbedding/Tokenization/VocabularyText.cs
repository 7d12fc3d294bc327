using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads vocab.txt: one token a line, the line's number is its id.</summary>
internal static class VocabularyText
{
    /// <summary>Reads all lines; a token that comes twice has its last line's id, as in Python.</summary>
    /// <exception cref="InvalidDataException">The text is not UTF-8.</exception>
    public static Dictionary<string, int> Read(Stream stream, string name)
    {
        using var reader = new StreamReader(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), leaveOpen: true);
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        try
        {
            for (int id = 0; reader.ReadLine() is { } token; id++)
            {
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
