namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Which words <see cref="Metaspace"/> puts its mark in front of.</summary>
internal enum PrependScheme
{
    /// <summary>All that do not begin with it.</summary>
    Always,

    /// <summary>The one at the very beginning of the text, if it does not begin with it.</summary>
    First,

    /// <summary>None.</summary>
    Never,
}
