using System.Reflection;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A model in this assembly's resources: one resource per file, named by the model's folder and the file's path.</summary>
internal sealed class EmbeddedModelDirectory : ModelDirectory
{
    private static readonly Assembly Container = typeof(EmbeddedModelDirectory).Assembly;

    private readonly string _folder;

    private EmbeddedModelDirectory(string folder, string name, ModelOrigin origin)
        : base(name)
    {
        _folder = folder;
        Origin = origin;
    }

    /// <summary>Gets where the model, or the one it was distilled from, comes from.</summary>
    public override ModelOrigin? Origin { get; }

    /// <summary>Makes the directory of <see cref="SentenceModel.Default"/>.</summary>
    public static EmbeddedModelDirectory OfDefault() => new("model", "all-MiniLM-L6-v2", new("sentence-transformers/all-MiniLM-L6-v2", "apache-2.0"));

    /// <summary>Makes the directory of <see cref="SentenceModel.Small"/>.</summary>
    public static EmbeddedModelDirectory OfSmall() => new("model-small", "all-MiniLM-L6-v2-layers-0-4-5", new("sentence-transformers/all-MiniLM-L6-v2", "apache-2.0"));

    /// <inheritdoc/>
    protected override bool Exists(string relativePath) => Container.GetManifestResourceInfo(ResourceName(relativePath)) is not null;

    /// <inheritdoc/>
    protected override unsafe ModelFile? Read(string relativePath)
    {
        // The runtime gives a view of the loaded assembly: no copy is made, and the stream keeps the assembly loaded.
        var stream = (UnmanagedMemoryStream?)Container.GetManifestResourceStream(ResourceName(relativePath));
        if (stream is null)
        {
            return null;
        }

        bool isWeights = relativePath.EndsWith(".safetensors", StringComparison.Ordinal);
        return new ModelFile($"{Name}/{relativePath}", relativePath, stream.PositionPointer, stream.Length, stream)
        {
            Place = isWeights ? ResourcePlace.Find(Container, ResourceName(relativePath)) : null,
        };
    }

    private string ResourceName(string relativePath) => $"{_folder}/{relativePath}";
}
