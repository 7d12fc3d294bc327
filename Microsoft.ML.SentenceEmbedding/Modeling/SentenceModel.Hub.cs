namespace Microsoft.ML.SentenceEmbedding;

public sealed partial class SentenceModel
{
    /// <summary>Brings a model from the Hugging Face hub into the cache, where it is not there yet, and reads it as <see cref="Load"/> does.</summary>
    /// <param name="repository">Its name on the hub, such as "sentence-transformers/all-MiniLM-L6-v2".</param>
    /// <param name="revision">A branch, a tag, or a commit; null for "main". A commit never changes: a complete one is read without a request.</param>
    /// <param name="options">Where to download from and to, or null for the defaults.</param>
    /// <param name="cancellationToken">Ends the download; what is there stays, and the next one goes on from it.</param>
    /// <returns>The model, named as the repository without its organization. Its files in the cache stay in use as long as it is.</returns>
    /// <remarks>
    /// <para>
    /// The cache is that of Python's huggingface_hub, with its directories and environment variables: what one of the two has downloaded, the other does
    /// not download again. Only the files that the model is read from are downloaded: never pickled weights, which can run code.
    /// </para>
    /// <para>
    /// Connections that break are taken up again where they broke, and overloaded servers are asked again after a while, both a bounded number of times.
    /// Every file's checksum is compared before it gets its name in the cache. If the hub cannot be reached or refuses, a complete copy in the cache is used.
    /// </para>
    /// <para>Any number of tasks and processes may download at the same time; each file is downloaded once.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The repository, the revision, or an option cannot be what it is; no request was made.</exception>
    /// <exception cref="HttpRequestException">There is no such repository or revision, the token does not open it, or the hub cannot be reached; the message says which, and what to do.</exception>
    /// <exception cref="FileNotFoundException">The repository has no model, or, offline, the cache has not all of it; the message names the file.</exception>
    /// <exception cref="InvalidDataException">What the hub gives is damaged, or a file of the model is.</exception>
    /// <exception cref="NotSupportedException">The weights are pickled, or the model needs something that this library does not compute.</exception>
    /// <exception cref="IOException">The disk is full, or the cache cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The cache may not be written to.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<SentenceModel> DownloadAsync(string repository, string? revision = null, HubOptions? options = null, CancellationToken cancellationToken = default)
    {
        string directory = await DownloadDirectoryAsync(repository, revision, options, cancellationToken).ConfigureAwait(false);
        return Read(new HubModelDirectory(new HubRepository(repository, revision), directory));
    }

    /// <summary>Brings a model's files into the cache as <see cref="DownloadAsync"/> does, without reading the model.</summary>
    /// <param name="repository">Its name on the hub, such as "sentence-transformers/all-MiniLM-L6-v2".</param>
    /// <param name="revision">A branch, a tag, or a commit; null for "main".</param>
    /// <param name="options">Where to download from and to, or null for the defaults.</param>
    /// <param name="cancellationToken">Ends the download; what is there stays, and the next one goes on from it.</param>
    /// <returns>The directory in the cache, which <see cref="Load"/>, a pipeline's modelPath, and Python read; its files must not be changed.</returns>
    /// <exception cref="ArgumentException">The repository, the revision, or an option cannot be what it is; no request was made.</exception>
    /// <exception cref="HttpRequestException">There is no such repository or revision, the token does not open it, or the hub cannot be reached.</exception>
    /// <exception cref="FileNotFoundException">The repository has no model, or, offline, the cache has not all of it.</exception>
    /// <exception cref="InvalidDataException">What the hub gives is damaged.</exception>
    /// <exception cref="NotSupportedException">The weights are pickled.</exception>
    /// <exception cref="IOException">The disk is full, or the cache cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The cache may not be written to.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static Task<string> DownloadDirectoryAsync(string repository, string? revision = null, HubOptions? options = null, CancellationToken cancellationToken = default) =>
        HubDownload.RunAsync(new HubRepository(repository, revision), HubSettings.Resolve(options, Environment.GetEnvironmentVariable), cancellationToken);
}
