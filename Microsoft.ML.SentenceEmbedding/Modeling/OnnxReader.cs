using Microsoft.ML.SentenceEmbedding.Graphs.Onnx;
using static Microsoft.ML.SentenceEmbedding.Graphs.Onnx.TensorProto.Types;
using Dimension = Microsoft.ML.SentenceEmbedding.Graphs.Onnx.TensorShapeProto.Types.Dimension;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads a user's own ONNX file as the encoder of a model, with the sizes of config.json beside it.</summary>
internal static class OnnxReader
{
    /// <summary>The third input that a file may have: 0 for every token of a single text.</summary>
    public const string TokenTypeIds = "token_type_ids";

    /// <summary>The file where Optimum writes it.</summary>
    public const string FileName = "model.onnx";

    /// <summary>The file where sentence-transformers writes it, which is read where both are there.</summary>
    public const string PreferredPath = "onnx/" + FileName;

    private const int DefaultPaddingId = 1;

    private static readonly string[] InputNames = [SentenceGraph.InputIds, SentenceGraph.AttentionMask, TokenTypeIds];

    // sentence-transformers' own name, the one of transformers, and, where there are no token vectors, that of a graph with all modules inside.
    private static readonly string[] OutputNames = [SentenceGraph.TokenEmbeddings, "last_hidden_state", SentenceGraph.SentenceEmbedding];

    // Architectures that count positions from behind the padding token's id.
    private static readonly string[] TypesWithPaddedPositions = ["camembert", "mpnet", "roberta", "xlm-roberta"];

    /// <summary>Opens the ONNX file of a folder that has no weights in safetensors, or gives null.</summary>
    public static ModelFile? Find(ModelDirectory directory, string folder)
    {
        if (TensorCollection.IsIn(directory, folder))
        {
            return null;
        }

        string[] paths = [ModelPath.Combine(folder, PreferredPath), ModelPath.Combine(folder, FileName)];
        return Array.Find(paths, directory.Contains) is { } path ? directory.Open(path) : null;
    }

    /// <summary>Reads config.json and the file's declarations, and checks them against each other.</summary>
    /// <param name="configuration">config.json; any architecture is right.</param>
    /// <param name="file">The ONNX file.</param>
    /// <param name="endsWithNormalize">Whether the last module normalizes, if it is inside the file.</param>
    /// <exception cref="InvalidDataException">A file is damaged, or they contradict each other.</exception>
    /// <exception cref="NotSupportedException">The file has other inputs or outputs, or parts in other files.</exception>
    public static OnnxConfiguration ReadConfiguration(ModelFile configuration, ModelFile file, bool endsWithNormalize)
    {
        JsonItem config = configuration.ReadJson();
        OnnxDeclarations declarations = OnnxFileReader.Read(file);
        Dictionary<string, DataType> inputs = ReadInputs(declarations, file.Name);
        ValueInfoProto output = FindOutput(declarations, file.Name);
        int? positions = config.Find("max_position_embeddings") is { } maximum ? EncoderConfigurationJson.ReadSize(maximum) : null;
        bool isPadded = positions is not null && config.Find("model_type") is { } type && TypesWithPaddedPositions.Contains(type.Text());
        return new OnnxConfiguration(
            file.RelativePath,
            inputs[SentenceGraph.InputIds],
            inputs[SentenceGraph.AttentionMask],
            inputs.TryGetValue(TokenTypeIds, out DataType tokenTypes) ? tokenTypes : null,
            output.Name,
            ReadWidth(output, config, file.Name),
            (config.Find("num_hidden_layers") ?? config.Find("n_layers")) is { } layers ? EncoderConfigurationJson.ReadSize(layers) : 0,
            config.Find("vocab_size") is null ? VocabularyText.MaximumSize : EncoderConfigurationJson.ReadVocabularySize(config),
            positions,
            isPadded ? EncoderConfigurationJson.ReadPaddingId(config, DefaultPaddingId, positions!.Value) : null,
            endsWithNormalize && output.Name == SentenceGraph.SentenceEmbedding);
    }

    private static Dictionary<string, DataType> ReadInputs(OnnxDeclarations declarations, string fileName)
    {
        var inputs = new Dictionary<string, DataType>(StringComparer.Ordinal);
        foreach (ValueInfoProto input in declarations.Inputs)
        {
            if (!InputNames.Contains(input.Name))
            {
                throw new NotSupportedException($"{fileName}: the input '{Excerpt.Of(input.Name)}' is not supported; supported: {string.Join(", ", InputNames)}.");
            }

            DataType type = ReadType(input, fileName, DataType.Int64, DataType.Int32);
            if (ReadShape(input, fileName, "batch", "sequence").FirstOrDefault(dimension => SizeOf(dimension) is not null) is { } size)
            {
                throw new NotSupportedException($"{fileName}: the input '{input.Name}' has a dimension of the fixed size {size.DimValue}; batch and sequence must be of any size.");
            }

            if (!inputs.TryAdd(input.Name, type))
            {
                throw new InvalidDataException($"{fileName}: the input '{input.Name}' is declared twice.");
            }
        }

        return InputNames.FirstOrDefault(name => name != TokenTypeIds && !inputs.ContainsKey(name)) is { } missing
            ? throw new NotSupportedException($"{fileName} has no input '{missing}'.")
            : inputs;
    }

    private static ValueInfoProto FindOutput(OnnxDeclarations declarations, string fileName)
    {
        foreach (string name in OutputNames)
        {
            if (declarations.Outputs.FirstOrDefault(output => output.Name == name) is { } found)
            {
                ReadType(found, fileName, DataType.Float);
                return found;
            }
        }

        throw new NotSupportedException($"{fileName} has the outputs {Excerpt.Of(string.Join(", ", declarations.Outputs.Select(output => $"'{output.Name}'")), 200)}; supported: {string.Join(", ", OutputNames)}.");
    }

    // Exporters often leave the length open; then it is config.json's, and a wrong one is found at the first run.
    private static int ReadWidth(ValueInfoProto output, JsonItem config, string fileName)
    {
        bool isOfSentences = output.Name == SentenceGraph.SentenceEmbedding;
        Dimension[] shape = isOfSentences ? ReadShape(output, fileName, "batch", "hidden") : ReadShape(output, fileName, "batch", "sequence", "hidden");
        JsonItem? configured = config.Find("hidden_size") ?? config.Find("dim");
        if (shape.Length == 0 || SizeOf(shape[^1]) is not long declared)
        {
            return EncoderConfigurationJson.ReadSize(configured ?? config.Get("hidden_size"));
        }

        if (declared is 0 or > EncoderConfigurationJson.MaximumSize)
        {
            throw new InvalidDataException($"{fileName}: the output '{output.Name}' has vectors of {declared} numbers; 1 to {EncoderConfigurationJson.MaximumSize} are possible.");
        }

        // A sentence's vector may have another length than a token's.
        return isOfSentences || configured is null || EncoderConfigurationJson.ReadSize(configured) == declared
            ? (int)declared
            : throw configured.Error($"{declared}, the length of the vectors of the output '{output.Name}' of {fileName}");
    }

    private static DataType ReadType(ValueInfoProto value, string fileName, params DataType[] supported)
    {
        var type = (DataType)(value.Type?.TensorType?.ElemType ?? 0);
        return Array.IndexOf(supported, type) >= 0
            ? type
            : throw new NotSupportedException($"{fileName}: '{value.Name}' has elements of the type {type}; supported: {string.Join(" or ", supported)}.");
    }

    // Empty where the file does not say.
    private static Dimension[] ReadShape(ValueInfoProto value, string fileName, params string[] dimensions)
    {
        if (value.Type.TensorType.Shape is not { } shape)
        {
            return [];
        }

        return shape.Dim.Count == dimensions.Length
            ? [.. shape.Dim]
            : throw new NotSupportedException($"{fileName}: '{value.Name}' has {shape.Dim.Count} dimensions; supported: {string.Join(", ", dimensions)}.");
    }

    // Negative sizes stand for any size too.
    private static long? SizeOf(Dimension dimension) =>
        dimension.ValueCase == Dimension.ValueOneofCase.DimValue && dimension.DimValue >= 0 ? dimension.DimValue : null;
}
