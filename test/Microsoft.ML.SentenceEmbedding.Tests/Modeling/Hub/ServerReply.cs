using System.Text;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>What a server in a test answers, right or wrong.</summary>
internal sealed record ServerReply(int Status, byte[] Body)
{
    public ServerReply(int status, string body = "")
        : this(status, Encoding.UTF8.GetBytes(body))
    {
    }

    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>Gets the length that the answer claims, where it is not the body's.</summary>
    public long? ClaimedLength { get; init; }

    /// <summary>Gets how many bytes of the body are sent before the connection is closed.</summary>
    public int? SentLength { get; init; }

    /// <summary>Gets a value indicating whether the connection is kept, in silence, after what is sent.</summary>
    public bool Hangs { get; init; }
}
