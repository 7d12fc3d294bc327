namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Text from a model's files as messages show it: a name there may be as long as the file.</summary>
internal static class Excerpt
{
    private const int DefaultLength = 80;

    /// <summary>Gives the text, or its beginning where it is long.</summary>
    public static string Of(string text, int length = DefaultLength) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length), "...");
}
