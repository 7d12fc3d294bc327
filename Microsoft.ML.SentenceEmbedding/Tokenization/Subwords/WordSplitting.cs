namespace Microsoft.ML.SentenceEmbedding;

/// <summary>How a text is split into words before each is spelled with pieces.</summary>
internal enum WordSplitting
{
    /// <summary>The whole text is one word.</summary>
    None,

    /// <summary>Words are what white space separates (WhitespaceSplit).</summary>
    WhiteSpace,

    /// <summary>Words are runs of word characters and runs of others, without white space (Whitespace).</summary>
    WhiteSpaceAndPunctuation,

    /// <summary>Words are those of GPT-2's regular expression, a space before each included (ByteLevel).</summary>
    BytePair,
}
