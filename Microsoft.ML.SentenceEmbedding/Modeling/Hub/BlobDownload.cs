using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Brings one file's bytes into the cache, from where an earlier attempt stopped; the caller has its lock.</summary>
/// <remarks>The bytes lie in ETAG.incomplete until all of them are there and have the checksum; then the file gets its name.</remarks>
internal sealed class BlobDownload(HubConnection connection, Uri address, HubCommit commit, HubFile file, string blobPath)
{
    // A break after at least so many new bytes costs none of the attempts, so that long files come through on bad lines.
    private const long BytesOfAGoodAttempt = 1 << 20;

    private readonly string _incompletePath = blobPath + ".incomplete";

    /// <summary>Downloads the file.</summary>
    /// <param name="report">Is told how many of the file's bytes are there.</param>
    /// <param name="cancellationToken">Ends the download; what is there stays for the next one.</param>
    /// <exception cref="HttpRequestException">A server refuses, cannot be reached, or breaks off again and again.</exception>
    /// <exception cref="InvalidDataException">What comes is not the file, again and again.</exception>
    /// <exception cref="IOException">The disk is full, or cannot be written to.</exception>
    public async Task RunAsync(Action<long> report, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(blobPath)!);
        int failures = 0;
        while (true)
        {
            long before = Length();
            try
            {
                await ReceiveAsync(report, cancellationToken).ConfigureAwait(false);
                await VerifyAsync(cancellationToken).ConfigureAwait(false);
                File.Move(_incompletePath, blobPath, overwrite: true);
                return;
            }
            catch (HttpIOException exception)
            {
                failures += Length() - before < BytesOfAGoodAttempt ? 1 : 0;
                if (failures > HubConnection.MaximumRetries)
                {
                    throw new HttpRequestException(exception.HttpRequestError, $"'{file.Path}': the connection broke {failures} times. {Length()} of {file.Size} bytes are kept in {_incompletePath}; the next download goes on there. {exception.Message}", exception);
                }
            }
            catch (InvalidDataException exception)
            {
                failures++;
                File.Delete(_incompletePath);
                if (failures > HubConnection.MaximumRetries)
                {
                    throw new InvalidDataException($"'{file.Path}' did not come as the hub lists it in {failures} attempts: something on the way changes it, or the hub is damaged. {exception.Message}", exception);
                }
            }
            catch (IOException exception) when (DiskSpace.IsUsedUp(exception))
            {
                throw DiskSpace.Error(exception, blobPath, $"'{file.Path}' has {file.Size} bytes, of which {Length()} are there and kept");
            }

            await connection.WaitAsync(failures, cancellationToken).ConfigureAwait(false);
        }
    }

    private long Length() => File.Exists(_incompletePath) ? new FileInfo(_incompletePath).Length : 0;

    private async Task ReceiveAsync(Action<long> report, CancellationToken cancellationToken)
    {
        using var stream = new FileStream(_incompletePath, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        if (stream.Length > file.Size)
        {
            stream.SetLength(0);
        }

        long offset = stream.Length;
        if (offset < file.Size)
        {
            using HttpResponseMessage response = await connection.OpenAsync(address, offset, isPatient: true, Check, cancellationToken).ConfigureAwait(false);
            if (offset > 0 && response.StatusCode == HttpStatusCode.OK)
            {
                // The server does not know ranges: this is the whole file.
                stream.SetLength(0);
                offset = 0;
            }

            if (offset > 0)
            {
                RequireRange(response.Content.Headers.ContentRange, offset);
            }

            stream.Position = offset;
            report(offset);
            offset += await connection.ReceiveAsync(response, stream, file.Size - offset, received => report(offset + received), cancellationToken).ConfigureAwait(false);
        }

        // Before the name: a file with a name has its bytes, even after a power failure.
        stream.Flush(flushToDisk: true);
        if (offset < file.Size)
        {
            throw new HttpIOException(HttpRequestError.ResponseEnded, $"The answer ended after {offset} of {file.Size} bytes.");
        }
    }

    // The hub's own answer. Mirrors may have ETags of another kind; the checksum decides there.
    private void Check(HttpResponseMessage response)
    {
        RequireSame("X-Linked-Etag", file.Etag, HubFile.IsEtag);
        if (!response.Headers.Contains("X-Linked-Etag"))
        {
            RequireSame("ETag", file.Etag, HubFile.IsEtag);
        }

        RequireSame("X-Linked-Size", file.Size.ToString(CultureInfo.InvariantCulture), _ => true);
        RequireSame("X-Repo-Commit", commit.Id, _ => true);

        void RequireSame(string name, string expected, Func<string, bool> isMeant)
        {
            if (response.Headers.TryGetValues(name, out IEnumerable<string>? values) && Normalize(string.Concat(values)) is { } value && isMeant(value) && value != expected)
            {
                throw new InvalidDataException($"The hub's {name} is '{Excerpt.Of(value)}', but its list of files says '{expected}'.");
            }
        }
    }

    // As Python: "abc", W/"abc", and abc are the same.
    private static string Normalize(string etag) => (etag.StartsWith("W/", StringComparison.Ordinal) ? etag[2..] : etag).Trim('"');

    private void RequireRange(ContentRangeHeaderValue? range, long offset)
    {
        if (range?.From != offset || (range.Length ?? file.Size) != file.Size)
        {
            throw new InvalidDataException($"The server was asked for the bytes from {offset} of {file.Size} on, and gives '{range}'.");
        }
    }

    private async Task VerifyAsync(CancellationToken cancellationToken)
    {
        string checksum = await BlobChecksum.ComputeAsync(_incompletePath, file.Etag, cancellationToken).ConfigureAwait(false);
        if (checksum != file.Etag)
        {
            throw new InvalidDataException($"The checksum of the bytes is {checksum}, and should be {file.Etag}.");
        }
    }
}
