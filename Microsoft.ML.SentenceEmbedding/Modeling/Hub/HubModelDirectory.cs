namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A model in the hub's cache: its name is that of the repository, where the directory's is a commit.</summary>
internal sealed class HubModelDirectory(HubRepository repository, string directory) : ModelDirectory(repository.ShortName)
{
    private readonly DiskModelDirectory _files = new(directory);

    /// <inheritdoc/>
    protected override bool Exists(string relativePath) => _files.Contains(relativePath);

    /// <inheritdoc/>
    protected override ModelFile? Read(string relativePath) => Exists(relativePath) ? _files.Open(relativePath) : null;
}
