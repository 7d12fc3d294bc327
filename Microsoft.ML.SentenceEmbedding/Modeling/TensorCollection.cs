using System.Diagnostics.CodeAnalysis;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The tensors of one or several safetensors files, by name.</summary>
internal sealed class TensorCollection
{
    /// <summary>The file of weights that are not split.</summary>
    public const string FileName = "model.safetensors";

    /// <summary>The file that says where weights in several files lie.</summary>
    public const string IndexFileName = "model.safetensors.index.json";

    private readonly Dictionary<string, StoredTensor> _tensors;

    private TensorCollection(string source, IReadOnlyCollection<string> paths, Dictionary<string, StoredTensor> tensors)
    {
        Source = source;
        Paths = paths;
        _tensors = tensors;
    }

    /// <summary>Gets the file that lists the tensors, for messages.</summary>
    public string Source { get; }

    /// <summary>Gets the relative paths of the files that were read, an index among them.</summary>
    public IReadOnlyCollection<string> Paths { get; }

    /// <summary>Gets the names.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>Says whether a folder has weights in safetensors.</summary>
    public static bool IsIn(ModelDirectory directory, string folder) =>
        directory.Contains(ModelPath.Combine(folder, FileName)) || directory.Contains(ModelPath.Combine(folder, IndexFileName));

    /// <summary>Gives the collection of an encoder whose weights lie in a file of another format.</summary>
    public static TensorCollection Empty(ModelFile file) => new(file.Name, [file.RelativePath], []);

    /// <summary>Reads model.safetensors of a folder, or the files that its index names.</summary>
    /// <exception cref="NotSupportedException">The folder has weights in another format only.</exception>
    /// <exception cref="FileNotFoundException">The folder has no weights.</exception>
    public static TensorCollection Read(ModelDirectory directory, string folder)
    {
        string path = ModelPath.Combine(folder, FileName);
        if (directory.Contains(path))
        {
            ModelFile file = directory.Open(path);
            return new TensorCollection(file.Name, [path], SafetensorsReader.Read(file).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal));
        }

        string indexPath = ModelPath.Combine(folder, IndexFileName);
        return directory.Contains(indexPath) ? ReadShards(directory, folder, directory.Open(indexPath)) : throw NoWeights(directory, folder);
    }

    /// <summary>Gives the tensors under the names of a plain encoder: task models put a prefix in front, old ones call a LayerNorm's weight gamma and its bias beta.</summary>
    public TensorCollection WithEncoderNames(string anchor, params ReadOnlySpan<string> prefixes)
    {
        string prefix = string.Empty;
        foreach (string candidate in prefixes)
        {
            if (!_tensors.ContainsKey(anchor) && _tensors.ContainsKey(candidate + anchor))
            {
                prefix = candidate;
                break;
            }
        }

        var renamed = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach ((string name, StoredTensor tensor) in _tensors.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            string plain = name[prefix.Length..]
                .Replace("LayerNorm.gamma", "LayerNorm.weight", StringComparison.Ordinal)
                .Replace("LayerNorm.beta", "LayerNorm.bias", StringComparison.Ordinal);
            if (!renamed.TryAdd(plain, tensor))
            {
                throw new InvalidDataException($"{Source}: '{Excerpt.Of(renamed[plain].Name)}' and '{Excerpt.Of(name)}' are two tensors for {Excerpt.Of(plain)}.");
            }
        }

        return new TensorCollection(Source, Paths, renamed);
    }

    /// <summary>Looks for a tensor.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out StoredTensor? tensor) => _tensors.TryGetValue(name, out tensor);

    /// <summary>Gives a tensor that was checked when the model was read.</summary>
    /// <exception cref="InvalidOperationException">There is none: a bug.</exception>
    public StoredTensor GetChecked(string name) =>
        TryGet(name, out StoredTensor? tensor) ? tensor : throw new InvalidOperationException($"The tensor '{name}' was there when the model was read.");

    /// <summary>Gives a floating-point tensor of a known shape.</summary>
    /// <exception cref="InvalidDataException">It is missing, has another shape, or cannot be read as singles.</exception>
    public StoredTensor Get(string name, params ReadOnlySpan<long> shape)
    {
        StoredTensor tensor = Find(name, shape);
        tensor.RequireSingle();
        return tensor;
    }

    /// <summary>Gives a tensor of signed 8-bit integers and a known shape.</summary>
    /// <exception cref="InvalidDataException">It is missing, or has another shape or element type.</exception>
    public StoredTensor GetIntegers(string name, params ReadOnlySpan<long> shape)
    {
        StoredTensor tensor = Find(name, shape);
        return tensor.DataType == StoredDataType.Int8
            ? tensor
            : throw new InvalidDataException($"{tensor.FileName}: the tensor '{Excerpt.Of(tensor.Name)}' holds {tensor.DataType} elements; I8 is expected.");
    }

    private StoredTensor Find(string name, ReadOnlySpan<long> shape)
    {
        if (!TryGet(name, out StoredTensor? tensor))
        {
            throw new InvalidDataException($"{Source}: the tensor '{name}' {Show(shape)} is missing.");
        }

        return tensor.Shape.SequenceEqual(shape)
            ? tensor
            : throw new InvalidDataException($"{tensor.FileName}: the tensor '{Excerpt.Of(tensor.Name)}' has the shape {Excerpt.Of(Show(tensor.Shape))}, but the configuration asks for {Show(shape)}.");
    }

    private static TensorCollection ReadShards(ModelDirectory directory, string folder, ModelFile index)
    {
        var shards = new Dictionary<string, Dictionary<string, StoredTensor>>(StringComparer.Ordinal);
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach ((string name, JsonItem value) in index.ReadJson().Get("weight_map").Properties())
        {
            string shardName = value.Text();
            if (!shards.TryGetValue(shardName, out Dictionary<string, StoredTensor>? shard))
            {
                ModelPath.Require(shardName, index.Name);
                ModelFile file = directory.Open(ModelPath.Combine(folder, shardName));
                shard = SafetensorsReader.Read(file).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
                shards.Add(shardName, shard);
            }

            tensors[name] = shard.TryGetValue(name, out StoredTensor? tensor)
                ? tensor
                : throw new InvalidDataException($"{index.Name}: the tensor '{Excerpt.Of(name)}' should be in {Excerpt.Of(shardName)}, but is not.");
        }

        return new TensorCollection(index.Name, [index.RelativePath, .. shards.Keys.Select(name => ModelPath.Combine(folder, name))], tensors);
    }

    private static Exception NoWeights(ModelDirectory directory, string folder)
    {
        string place = folder.Length == 0 ? directory.Name : $"{directory.Name}/{folder}";
        foreach (string name in new[] { "pytorch_model.bin", "pytorch_model.bin.index.json" })
        {
            if (directory.Contains(ModelPath.Combine(folder, name)))
            {
                return new NotSupportedException($"{place} has its weights in {name} only. Pickle files are not read, because they can run code. Convert them in Python: SentenceTransformer(\"{directory.Name}\").save(\"converted\", safe_serialization=True) writes {FileName}.");
            }
        }

        return new FileNotFoundException($"{place} has no weights: neither {FileName} nor {IndexFileName}.", ModelPath.Combine(folder, FileName));
    }

    private static string Show(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
