namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A model directory whose files were read from elsewhere, such as a saved ML.NET model. All of them are the model's, also those that nobody has opened, such as a model card.</summary>
internal sealed class InMemoryModelDirectory : ModelDirectory
{
    private readonly IReadOnlyDictionary<string, ReadOnlyMemory<byte>> _files;

    /// <summary>Makes a directory of relative paths and bytes; the bytes must not change afterwards.</summary>
    public InMemoryModelDirectory(string name, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, ModelOrigin? origin = null)
        : base(name)
    {
        _files = files;
        Origin = origin;
    }

    /// <inheritdoc/>
    public override ModelOrigin? Origin { get; }

    /// <inheritdoc/>
    public override IReadOnlyCollection<ModelFile> Opened => [.. _files.Keys.Order(StringComparer.Ordinal).Select(Open)];

    /// <inheritdoc/>
    protected override bool Exists(string relativePath) => _files.ContainsKey(relativePath);

    /// <inheritdoc/>
    protected override ModelFile? Read(string relativePath) =>
        _files.TryGetValue(relativePath, out ReadOnlyMemory<byte> bytes) ? new ModelFile($"{Name}/{relativePath}", relativePath, bytes) : null;
}
