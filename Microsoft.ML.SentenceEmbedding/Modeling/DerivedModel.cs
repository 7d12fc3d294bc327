using System.Globalization;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Makes a model of another one's files, with other weights in one file.</summary>
internal static class DerivedModel
{
    private const string Card = "README.md";
    private const string WeightsExtension = ".safetensors";

    // Vectors do not depend on them, but Python's BertModel would fill them with random numbers.
    private static readonly string[] OptionalWeights = ["pooler.dense.weight", "pooler.dense.bias"];

    /// <summary>Makes a model of some layers. The card goes: it is about another model.</summary>
    public static SentenceModel OfLayers(SentenceModel origin, int[] layers)
    {
        EncoderConfiguration encoder = origin.Encoder;
        string layersKey = encoder.LayersKey ?? throw new NotSupportedException($"The layers of {origin.Name} cannot be taken apart: {encoder.ArchitectureName} has none, or each computes something else in its place.");
        List<TensorContent> tensors = [.. FixedNames(origin).Select(name => TensorContent.Of(name, origin.Weights.GetChecked(name)))];
        for (int layer = 0; layer < layers.Length; layer++)
        {
            tensors.AddRange(encoder.LayerWeights(layer).Zip(
                encoder.LayerWeights(layers[layer]),
                (target, source) => TensorContent.Of(target.Name, origin.Weights.GetChecked(source.Name))));
        }

        Dictionary<string, ReadOnlyMemory<byte>> files = OtherFiles(origin);
        files.Remove(Card);
        EditConfiguration(origin, files, new() { [layersKey] = layers.Length.ToString(CultureInfo.InvariantCulture) });
        return Read(origin, $"{origin.Name}-layers-{string.Join('-', layers)}", files, tensors);
    }

    /// <summary>Makes a model whose layers compute in 8-bit integers. The card goes: its figures are those of single precision.</summary>
    /// <param name="origin">A model in single precision.</param>
    /// <param name="layers">The tensors of the layers' linear parts and inputs, as <see cref="QuantizedLayer"/> names them; all others stay.</param>
    public static SentenceModel Quantized(SentenceModel origin, IReadOnlyCollection<TensorContent> layers)
    {
        HashSet<string> replaced = [.. layers.Select(tensor => tensor.Name)];
        IEnumerable<string> kept = AllNames(origin).Where(name => !replaced.Contains(name));
        Dictionary<string, ReadOnlyMemory<byte>> files = OtherFiles(origin);
        files.Remove(Card);
        string path = ModelPath.Combine(origin.EncoderFolder, "config.json");
        files[path] = JsonEdit.Set(files[path].Span, QuantizedLayer.ConfigurationKey, $$"""{ "quant_method": "{{QuantizedLayer.Method}}" }""");
        return Read(origin, $"{origin.Name}-int8", files, [.. kept.Select(name => TensorContent.Of(name, origin.Weights.GetChecked(name))), .. layers]);
    }

    /// <summary>Makes a model with some other weights, all of them in one precision, those of Dense and LayerNorm modules too.</summary>
    public static SentenceModel WithWeights(
        SentenceModel origin,
        IReadOnlyDictionary<string, ReadOnlyMemory<float>> weights,
        WeightPrecision precision,
        string name,
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> extraFiles)
    {
        string[] names = AllNames(origin);
        if (weights.Keys.FirstOrDefault(key => !names.Contains(key)) is { } unknown)
        {
            throw new ArgumentException($"{origin.Name} has no encoder weights '{Excerpt.Of(unknown)}'.", nameof(weights));
        }

        TensorContent[] tensors = [.. names.Select(Convert)];
        Dictionary<string, ReadOnlyMemory<byte>> files = OtherFiles(origin);
        foreach (ModelFile file in origin.Files.Where(file => files.ContainsKey(file.RelativePath) && file.RelativePath.EndsWith(WeightsExtension, StringComparison.Ordinal)))
        {
            IReadOnlyList<StoredTensor> others = SafetensorsReader.Read(file);
            if (others.All(IsReadable))
            {
                files[file.RelativePath] = SafetensorsWriter.ToBytes(others.Select(tensor => TensorContent.Of(tensor.Name, tensor, precision)));
            }
        }

        foreach ((string path, ReadOnlyMemory<byte> bytes) in extraFiles)
        {
            files[path] = bytes;
        }

        string dataType = precision == WeightPrecision.Float16 ? "\"float16\"" : "\"float32\"";
        EditConfiguration(origin, files, new() { ["dtype"] = dataType, ["torch_dtype"] = dataType });
        return Read(origin, name, files, tensors);

        TensorContent Convert(string tensorName)
        {
            StoredTensor stored = origin.Weights.GetChecked(tensorName);
            return weights.TryGetValue(tensorName, out ReadOnlyMemory<float> values)
                ? TensorContent.Of(tensorName, stored.Shape.ToArray(), values, precision)
                : TensorContent.Of(tensorName, stored, precision);
        }
    }

    private static string[] AllNames(SentenceModel origin) =>
        [.. FixedNames(origin), .. Enumerable.Range(0, origin.Encoder.Layers).SelectMany(origin.Encoder.LayerWeights).Select(weight => weight.Name)];

    private static IEnumerable<string> FixedNames(SentenceModel origin) =>
        origin.Encoder.FixedWeights().Select(weight => weight.Name).Concat(OptionalWeights.Where(name => origin.Weights.TryGet(name, out StoredTensor? tensor) && IsReadable(tensor)));

    private static bool IsReadable(StoredTensor tensor) =>
        tensor.DataType is StoredDataType.Float32 or StoredDataType.Float16 or StoredDataType.BFloat16;

    // Everything but the encoder's weights, not copied.
    private static Dictionary<string, ReadOnlyMemory<byte>> OtherFiles(SentenceModel origin)
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (ModelFile file in origin.Files.Where(file => !origin.Weights.Paths.Contains(file.RelativePath)))
        {
            files[file.RelativePath] = file.Length <= Array.MaxLength
                ? file.Slice(0, (int)file.Length)
                : throw new NotSupportedException($"{file.Name} has {file.Length} bytes; a file of a model in memory has at most {Array.MaxLength}.");
        }

        return files;
    }

    private static void EditConfiguration(SentenceModel origin, Dictionary<string, ReadOnlyMemory<byte>> files, Dictionary<string, string> values)
    {
        string path = ModelPath.Combine(origin.EncoderFolder, "config.json");
        if (files.TryGetValue(path, out ReadOnlyMemory<byte> configuration))
        {
            files[path] = JsonEdit.Replace(configuration.Span, values);
        }
    }

    private static SentenceModel Read(SentenceModel origin, string name, Dictionary<string, ReadOnlyMemory<byte>> files, IEnumerable<TensorContent> tensors)
    {
        files[ModelPath.Combine(origin.EncoderFolder, TensorCollection.FileName)] = SafetensorsWriter.ToBytes(tensors);
        return SentenceModel.Read(new InMemoryModelDirectory(name, files, origin.Origin));
    }
}
