namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The default model in this assembly's resources: one resource per file, named "model/" and the file's path.</summary>
internal sealed class EmbeddedModelDirectory : ModelDirectory
{
    private const string ResourcePrefix = "model/";

    /// <summary>Makes the directory of the default model.</summary>
    public EmbeddedModelDirectory()
        : base("all-MiniLM-L6-v2")
    {
    }

    /// <inheritdoc/>
    public override ModelOrigin? Origin { get; } = new("sentence-transformers/all-MiniLM-L6-v2", "apache-2.0");

    /// <inheritdoc/>
    protected override bool Exists(string relativePath) =>
        typeof(EmbeddedModelDirectory).Assembly.GetManifestResourceInfo(ResourcePrefix + relativePath) is not null;

    /// <inheritdoc/>
    protected override unsafe ModelFile? Read(string relativePath)
    {
        // The runtime gives a view of the loaded assembly: no copy is made, and the stream keeps the assembly loaded.
        var stream = (UnmanagedMemoryStream?)typeof(EmbeddedModelDirectory).Assembly.GetManifestResourceStream(ResourcePrefix + relativePath);
        if (stream is null)
        {
            return null;
        }

        bool isWeights = relativePath.EndsWith(".safetensors", StringComparison.Ordinal);
        return new ModelFile($"{Name}/{relativePath}", relativePath, stream.PositionPointer, stream.Length, stream)
        {
            Place = isWeights ? ResourcePlace.Find(typeof(EmbeddedModelDirectory).Assembly, ResourcePrefix + relativePath) : null,
        };
    }
}
