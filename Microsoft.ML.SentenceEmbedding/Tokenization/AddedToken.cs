namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A token that is found in the text before anything else is done to it, such as "[SEP]".</summary>
public sealed class AddedToken
{
    /// <summary>Initializes a new instance of the <see cref="AddedToken"/> class.</summary>
    /// <param name="content">The text of the token; not empty.</param>
    /// <exception cref="ArgumentException"><paramref name="content"/> is null or empty.</exception>
    public AddedToken(string content)
    {
        ArgumentException.ThrowIfNullOrEmpty(content);
        Content = content;
    }

    /// <summary>Gets the text of the token.</summary>
    public string Content { get; }

    /// <summary>Gets a value indicating whether decoding may leave the token out. Default: true.</summary>
    public bool IsSpecial { get; init; } = true;

    /// <summary>Gets a value indicating whether the token, normalized, is looked for in the normalized text rather than in the original one. Default: false.</summary>
    public bool IsNormalized { get; init; }

    /// <summary>Gets a value indicating whether the token is found only where no letter, digit, mark or underscore touches it. Default: false.</summary>
    public bool IsSingleWord { get; init; }

    /// <summary>Gets a value indicating whether the token takes in the white space on its left. Default: false.</summary>
    public bool StripsLeft { get; init; }

    /// <summary>Gets a value indicating whether the token takes in the white space on its right. Default: false.</summary>
    public bool StripsRight { get; init; }
}
