using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>The encoder's output for one text.</summary>
internal sealed record TinyTokenEmbeddings
{
    /// <summary>Gets the text's index.</summary>
    public required int Text { get; init; }

    public required int[] Shape { get; init; }

    /// <summary>Gets bytes of little-endian singles, [tokens, dimensions].</summary>
    public required byte[] Data { get; init; }

    [JsonIgnore]
    public ReadOnlySpan<float> Values => MemoryMarshal.Cast<byte, float>(Data);
}
