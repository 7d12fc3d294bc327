namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>The named arguments of a golden's call; what is null was not given.</summary>
internal sealed record TinyArguments
{
    public bool? NormalizeEmbeddings { get; init; }

    public int? TruncateDim { get; init; }

    public string? PromptName { get; init; }

    public string? Prompt { get; init; }

    /// <summary>Gets a value indicating whether this is the call without arguments.</summary>
    public bool IsPlain => this == new TinyArguments();
}
