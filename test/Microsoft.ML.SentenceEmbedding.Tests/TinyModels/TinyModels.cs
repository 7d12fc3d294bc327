using System.IO.Compression;
using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>The tiny reference models: all of them where the shared data lies beside the repository, else the part in Data.</summary>
internal static class TinyModels
{
    private static readonly string Root = SharedData.Directory is { } shared
        ? Path.Combine(shared, "reference", "tiny")
        : Path.Combine(AppContext.BaseDirectory, "Data", "tiny");

    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Gets the names of all models that are there.</summary>
    public static IReadOnlyList<string> AllNames { get; } =
        [.. System.IO.Directory.EnumerateDirectories(Path.Combine(Root, "models")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>Gets the names of the models that this library loads.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. AllNames.Where(IsSupported)];

    /// <summary>Gets the names of the models that have a tokenizer golden.</summary>
    public static IReadOnlyList<string> NamesWithTokenizerGolden { get; } = [.. AllNames.Where(name => File.Exists(FilePath("tokenizers", name)))];

    /// <summary>Gets <see cref="Names"/> as rows for DynamicData.</summary>
    public static IEnumerable<object[]> Rows => Names.Select(name => new object[] { name });

    /// <summary>Gets the names of models that have their weights in safetensors, as rows for DynamicData.</summary>
    public static IEnumerable<object[]> RowsWithWeights => Names.Where(name => !IsOnnx(name)).Select(name => new object[] { name });

    /// <summary>Gets the names of models whose encoders are made of BERT's layers, as rows for DynamicData.</summary>
    public static IEnumerable<object[]> RowsWithBertLayers => Names.Where(name => name is not ("static-embedding" or "modernbert-mean") && !IsOnnx(name)).Select(name => new object[] { name });

    /// <summary>Gives a model's directory; the name may be one of the part in Data or, where it is there, of the whole set.</summary>
    public static string Directory(string name) => Path.Combine(Root, "models", name);

    /// <summary>Reads what Python says for a model.</summary>
    public static TinyGolden Golden(string name) => Read<TinyGolden>("goldens", name);

    /// <summary>Reads random texts and their ids for a model's tokenizer.</summary>
    public static TinyTokenizerGolden TokenizerGolden(string name) => Read<TinyTokenizerGolden>("tokenizers", name);

    /// <summary>Reads goldens that need no model: "matrices", "evaluators".</summary>
    public static JsonElement Math(string name) => Read<JsonElement>("math", name);

    private static bool IsOnnx(string name) => name.StartsWith("onnx-", StringComparison.Ordinal);

    // Its weights are pickled.
    private static bool IsSupported(string name) => name != "legacy-pytorch-bin";

    private static string FilePath(string folder, string name)
    {
        string path = Path.Combine(Root, folder, name + ".json");
        return SharedData.Directory is null ? path + ".gz" : path;
    }

    private static T Read<T>(string folder, string name)
    {
        string path = FilePath(folder, name);
        using Stream file = File.OpenRead(path);
        using Stream json = Path.GetExtension(path) == ".gz" ? new GZipStream(file, CompressionMode.Decompress) : file;
        return JsonSerializer.Deserialize<T>(json, SnakeCase)!;
    }
}
