namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The files of a commit: as the hub lists them, or as far as the cache knows them.</summary>
internal interface IHubFiles
{
    /// <summary>Says whether the commit has a file.</summary>
    public bool Contains(string path);

    /// <summary>Gives a file that says which others there are; it is downloaded where it has to be.</summary>
    public Task<ModelFile> OpenAsync(string path, CancellationToken cancellationToken);

    /// <summary>Makes the error for a file that the model needs and that is not there.</summary>
    public Exception Missing(string path);
}
