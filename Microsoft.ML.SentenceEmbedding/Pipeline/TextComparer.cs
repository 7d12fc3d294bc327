namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Compares texts by their characters, so that a text is looked up without making a string of it.</summary>
internal sealed class TextComparer : IEqualityComparer<ReadOnlyMemory<char>>
{
    private TextComparer()
    {
    }

    /// <summary>Gets the one instance.</summary>
    public static TextComparer Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(ReadOnlyMemory<char> x, ReadOnlyMemory<char> y) => x.Span.SequenceEqual(y.Span);

    /// <inheritdoc/>
    public int GetHashCode(ReadOnlyMemory<char> text) => string.GetHashCode(text.Span);
}
