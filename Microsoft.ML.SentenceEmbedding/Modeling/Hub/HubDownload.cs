namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Brings a model's files from the hub into the cache: those that are not there yet.</summary>
internal sealed class HubDownload : IHubFiles
{
    private readonly HubConnection _connection;
    private readonly HubRepository _repository;
    private readonly HubSettings _settings;
    private readonly HubCache _cache;
    private readonly HubCommit _commit;

    private HubDownload(HubConnection connection, HubRepository repository, HubSettings settings, HubCache cache, HubCommit commit)
    {
        _connection = connection;
        _repository = repository;
        _settings = settings;
        _cache = cache;
        _commit = commit;
    }

    /// <summary>Gives the directory of a model's files in the cache, after downloading what is missing.</summary>
    /// <exception cref="FileNotFoundException">Only the cache may be used, and a file is missing in it; or the repository has no model.</exception>
    /// <exception cref="HttpRequestException">The hub refuses or cannot be reached, and the cache has no complete copy.</exception>
    /// <exception cref="InvalidDataException">What the hub gives is damaged.</exception>
    /// <exception cref="NotSupportedException">The weights are pickled.</exception>
    /// <exception cref="IOException">The cache cannot be written to.</exception>
    public static async Task<string> RunAsync(HubRepository repository, HubSettings settings, CancellationToken cancellationToken)
    {
        var cache = new HubCache(settings, repository);
        string? cached = repository.IsCommit ? repository.Revision : cache.ReadReference(repository.Revision);
        if (settings.IsOffline)
        {
            return await FindOfflineAsync(repository, cache, cached, cancellationToken).ConfigureAwait(false);
        }

        (bool isComplete, bool isCertain) = cached is null ? default : await LookAsync(repository, cache, cached, cancellationToken).ConfigureAwait(false);
        if (repository.IsCommit && isComplete && isCertain)
        {
            return cache.SnapshotDirectory(repository.Revision);
        }

        using var connection = new HubConnection(repository, settings);
        HubCommit commit;
        try
        {
            Uri address = repository.RevisionAddress(settings.Endpoint);
            ReadOnlyMemory<byte> answer = await connection.GetAsync(address, HubCommit.MaximumAnswerLength, isPatient: !isComplete, cancellationToken).ConfigureAwait(false);
            commit = HubCommit.Parse(answer, address.GetLeftPart(UriPartial.Path));
        }
        catch (HttpRequestException exception) when (isComplete && exception is not HubRequestException { IsRevisionNotFound: true })
        {
            // As Python: what worked yesterday works without the hub, too.
            return cache.SnapshotDirectory(cached!);
        }

        await new HubDownload(connection, repository, settings, cache, commit).FetchAllAsync(cancellationToken).ConfigureAwait(false);
        return cache.SnapshotDirectory(commit.Id);
    }

    /// <inheritdoc/>
    public bool Contains(string path) => _commit.Files.ContainsKey(path);

    /// <inheritdoc/>
    public async Task<ModelFile> OpenAsync(string path, CancellationToken cancellationToken)
    {
        await FetchAsync(_commit.Files[path], _ => { }, cancellationToken).ConfigureAwait(false);
        return ModelFile.OnDisk(_cache.SnapshotPath(_commit.Id, path), path);
    }

    /// <inheritdoc/>
    public Exception Missing(string path) =>
        new FileNotFoundException($"{_repository.Name} at {_commit.Id} has no '{Excerpt.Of(path)}', without which it is no model that this library reads.", path);

    private static async Task<string> FindOfflineAsync(HubRepository repository, HubCache cache, string? commit, CancellationToken cancellationToken)
    {
        const string WhatToDo = "Download it once with a network, or leave out HubOptions.Offline and the environment variable HF_HUB_OFFLINE.";
        if (commit is null)
        {
            throw new FileNotFoundException($"The cache has no revision '{repository.Revision}' of {repository.Name}, and the network may not be used. {WhatToDo}");
        }

        try
        {
            await HubModelFiles.SelectAsync(new CachedFiles(cache, repository, commit), repository, cancellationToken).ConfigureAwait(false);
            return cache.SnapshotDirectory(commit);
        }
        catch (FileNotFoundException exception)
        {
            throw new FileNotFoundException($"{exception.Message} The network may not be used. {WhatToDo}", exception.FileName, exception);
        }
    }

    // Complete: nothing is missing that the model needs. Certain: nothing either that it can do without but would read.
    private static async Task<(bool IsComplete, bool IsCertain)> LookAsync(HubRepository repository, HubCache cache, string commit, CancellationToken cancellationToken)
    {
        var files = new CachedFiles(cache, repository, commit);
        try
        {
            await HubModelFiles.SelectAsync(files, repository, cancellationToken).ConfigureAwait(false);
            return (true, files.IsCertain);
        }
        catch (Exception exception) when (exception is FileNotFoundException or InvalidDataException or NotSupportedException)
        {
            return (false, false);
        }
    }

    private async Task FetchAllAsync(CancellationToken cancellationToken)
    {
        HubModelFiles selected = await HubModelFiles.SelectAsync(this, _repository, cancellationToken).ConfigureAwait(false);
        HubFile[] files = [.. selected.Paths.Select(path => _commit.Files[path])];
        long total = files.Sum(file => file.Size);
        long done = 0;
        foreach (HubFile file in files)
        {
            await FetchAsync(file, position => _settings.Options.Progress?.Report(new HubProgress(file.Path, done + position, total)), cancellationToken).ConfigureAwait(false);
            done += file.Size;
        }

        foreach (string path in selected.Absent)
        {
            _cache.WriteAbsence(_commit.Id, path);
        }

        // At last: until now the revision was what it was, for those without a network.
        _cache.WriteReference(_repository.Revision, _commit.Id);
    }

    private async Task FetchAsync(HubFile file, Action<long> report, CancellationToken cancellationToken)
    {
        if (!_cache.IsComplete(_commit.Id, file))
        {
            using IDisposable held = await _cache.LockAsync(file.Etag, cancellationToken).ConfigureAwait(false);
            bool isNewBlob = !_cache.HasBlob(file);
            if (isNewBlob)
            {
                Uri address = _repository.FileAddress(_settings.Endpoint, _commit.Id, file.Path);
                await new BlobDownload(_connection, address, _commit, file, _cache.BlobPath(file.Etag)).RunAsync(report, cancellationToken).ConfigureAwait(false);
            }

            _cache.AddToSnapshot(_commit.Id, file, isNewBlob);
        }

        report(file.Size);
    }
}
