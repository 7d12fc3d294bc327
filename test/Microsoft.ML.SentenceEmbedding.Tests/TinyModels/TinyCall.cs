using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>A call of encode, encode_query, or encode_document on a golden's texts, and its result.</summary>
internal sealed record TinyCall
{
    public required string Method { get; init; }

    public required TinyArguments Args { get; init; }

    public required int[] Shape { get; init; }

    /// <summary>Gets the result as bytes of little-endian singles, [texts, dimensions].</summary>
    public required byte[] Embeddings { get; init; }

    /// <summary>Gets the prompt in front of every text, empty or null for none.</summary>
    public string? ResolvedPrompt { get; init; }

    /// <summary>Gets the ids with the prompt, where the call names one.</summary>
    public int[][]? InputIds { get; init; }

    /// <summary>Gets how many tokens a pooling without prompt skips, where the call names one.</summary>
    public int? PromptLength { get; init; }

    /// <summary>Gives the options of an encoder that does the same.</summary>
    public SentenceEncoderOptions ToOptions() => new()
    {
        Prompt = Args.Prompt,
        PromptName = Method switch
        {
            "encode_query" => "query",
            "encode_document" => "document",
            _ => Args.PromptName,
        },
        Dimensions = Args.TruncateDim,
        Normalize = Args.NormalizeEmbeddings ?? false,
    };

    [JsonIgnore]
    public ReadOnlySpan<float> Values => MemoryMarshal.Cast<byte, float>(Embeddings);
}
