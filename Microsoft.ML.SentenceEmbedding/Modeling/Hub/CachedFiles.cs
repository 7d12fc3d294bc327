namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The files of a commit that the cache has.</summary>
internal sealed class CachedFiles(HubCache cache, HubRepository repository, string commit) : IHubFiles
{
    /// <summary>Gets a value indicating whether nothing was asked for of which the cache does not know if the commit has it.</summary>
    public bool IsCertain { get; private set; } = true;

    /// <inheritdoc/>
    public bool Contains(string path)
    {
        bool? known = cache.Contains(commit, path);

        // Programs that load an encoder only leave a cache without it, and what was pooled otherwise would be taken for a plain encoder.
        if (known is null && path == HubModelFiles.ModulesFileName)
        {
            throw Missing(path);
        }

        IsCertain &= known is not null;
        return known ?? false;
    }

    /// <inheritdoc/>
    public Task<ModelFile> OpenAsync(string path, CancellationToken cancellationToken) =>
        Task.FromResult(ModelFile.OnDisk(cache.SnapshotPath(commit, path), path));

    /// <inheritdoc/>
    public Exception Missing(string path) =>
        new FileNotFoundException($"The cache has no '{Excerpt.Of(path)}' of {repository.Name} at {commit} ({cache.SnapshotDirectory(commit)}).", path);
}
