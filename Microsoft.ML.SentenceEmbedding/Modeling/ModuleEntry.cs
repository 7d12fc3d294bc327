namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A line of modules.json.</summary>
/// <param name="Type">The Python class; its last segment tells the module, the rest changed between versions.</param>
/// <param name="Folder">The module's folder, empty for the model directory itself.</param>
internal sealed record ModuleEntry(JsonItem Type, string Folder)
{
    private const string Package = "sentence_transformers.";

    // Published models have two to five.
    private const int MaximumModules = 64;

    /// <summary>Gets the name of the Python class without its package, empty for a class that comes with the model's own code.</summary>
    public string Name => Type.Text().StartsWith(Package, StringComparison.Ordinal) ? Type.Text()[(Type.Text().LastIndexOf('.') + 1)..] : string.Empty;

    /// <summary>Reads modules.json. The modules run in the order of the list: Python does not look at idx.</summary>
    /// <exception cref="InvalidDataException">The file is no list of modules, or a path leaves the directory.</exception>
    public static IReadOnlyList<ModuleEntry> ReadAll(ModelFile file)
    {
        var entries = new List<ModuleEntry>();
        JsonItem list = file.ReadJson();
        foreach (JsonItem item in list.Items())
        {
            if (entries.Count == MaximumModules)
            {
                throw list.Error($"a list of at most {MaximumModules} modules");
            }

            // People write "1_Pooling/" and "." too, and Python joins paths.
            string path = item.Get("path").Text();
            string folder = path == "." ? string.Empty : path.Length > 1 && path[^1] == '/' ? path[..^1] : path;
            if (folder.Length > 0)
            {
                ModelPath.Require(folder, file.Name);
            }

            entries.Add(new ModuleEntry(item.Get("type"), folder));
        }

        return entries;
    }
}
