using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Computes the checksum that the hub names a file's bytes by.</summary>
internal static class BlobChecksum
{
    private const int BlockLength = 1 << 20;

    /// <summary>Computes the checksum of a file of the kind that an ETag is: SHA-256 for 64 digits, else git's SHA-1, which begins with the length.</summary>
    public static async Task<string> ComputeAsync(string path, string etag, CancellationToken cancellationToken)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        bool isLarge = etag.Length == 64;
        using var hash = IncrementalHash.CreateHash(isLarge ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        if (!isLarge)
        {
            hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {file.Length}\0")));
        }

        byte[] block = new byte[BlockLength];
        while (await file.ReadAsync(block, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            hash.AppendData(block, 0, count);
        }

        return Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant();
    }
}
