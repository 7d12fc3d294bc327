namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A file of a repository at a commit.</summary>
/// <param name="Path">The path inside the repository.</param>
/// <param name="Size">The number of bytes.</param>
/// <param name="Etag">The checksum, by which the cache names the bytes: SHA-256 of a large file, git's SHA-1 of another; lower-case digits.</param>
internal sealed record HubFile(string Path, long Size, string Etag)
{
    /// <summary>Says whether a text is such a checksum.</summary>
    public static bool IsEtag(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigitLower);
}
