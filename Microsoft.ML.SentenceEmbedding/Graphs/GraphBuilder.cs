using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.SentenceEmbedding.Graphs.Onnx;
using static Microsoft.ML.SentenceEmbedding.Graphs.Onnx.TensorProto.Types;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Writes an ONNX graph node by node; a value is referred to by its name.</summary>
internal sealed class GraphBuilder
{
    private const int IrVersion = 9;
    private const int OperatorSetVersion = 20;

    // ONNX Runtime's own operators carry their set's name in front, as in "com.microsoft.FusedMatMul".
    private const string RuntimeDomain = "com.microsoft";

    // A protocol buffer ends at 2 GiB; the nodes need a little of it.
    private const long MaximumWeightBytes = int.MaxValue - (16L << 20);

    // Smaller weights than this stand in the graph itself.
    private const int SmallestExternal = 1 << 12;

    private readonly GraphProto _graph = new() { Name = "sentence_embedding" };
    private string? _weightsFolder;
    private long _weightBytes;
    private int _names;

    /// <summary>Declares an input; a dimension is a number, or a name where it varies.</summary>
    public string Input(string name, DataType type, params ReadOnlySpan<object> shape)
    {
        _graph.Input.Add(Declare(name, type, shape));
        return name;
    }

    /// <summary>Declares a computed value as an output under another name.</summary>
    public void Output(string value, string name, DataType type, params ReadOnlySpan<object> shape)
    {
        Append("Identity", [value], [name], []);
        _graph.Output.Add(Declare(name, type, shape));
    }

    /// <summary>Adds a node and gives the name of its output.</summary>
    public string Node(string operation, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes)
        => Append(operation, inputs, [NewName(operation)], attributes)[0];

    /// <summary>Adds a node with several outputs and gives their names.</summary>
    public string[] Nodes(string operation, int outputs, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        string[] names = new string[outputs];
        for (int i = 0; i < outputs; i++)
        {
            names[i] = NewName(operation);
        }

        return Append(operation, inputs, names, attributes);
    }

    /// <summary>Adds a vector of integers, such as a shape or a list of axes.</summary>
    public string Integers(params ReadOnlySpan<long> values)
        => Initializer(NewName("integers"), DataType.Int64, [values.Length], MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Adds a single integer without dimensions.</summary>
    public string Integer(long value)
        => Initializer(NewName("integer"), DataType.Int64, [], MemoryMarshal.AsBytes([value]).ToArray());

    /// <summary>Adds a single number without dimensions.</summary>
    public string Scalar(float value)
        => Initializer(NewName("scalar"), DataType.Float, [], MemoryMarshal.AsBytes([value]).ToArray());

    /// <summary>Adds a single unsigned byte without dimensions.</summary>
    public string UnsignedByte(byte value)
        => Initializer(NewName("byte"), DataType.Uint8, [], new[] { value });

    /// <summary>Adds a model's weights as signed 8-bit integers.</summary>
    public string SignedBytes(StoredTensor tensor) => Stored(tensor, DataType.Int8);

    /// <summary>Adds computed weights.</summary>
    public string Weights(string name, ReadOnlySpan<long> shape, float[] values)
        => Initializer(NewName(name), DataType.Float, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <summary>Adds a model's weights as float32 values. They stand in the graph as they are stored; ONNX Runtime converts them once, when it makes the session.</summary>
    public string Weights(StoredTensor tensor) => Single(Stored(tensor, FloatTypeOf(tensor)), tensor.DataType);

    /// <summary>Adds a table and gives float32 rows of it. The table stays as it is stored: half precision costs half the memory, and converting a row is exact.</summary>
    public string GatherRows(StoredTensor table, string rows) => Single(Node("Gather", [Stored(table, FloatTypeOf(table)), rows], ("axis", 0L)), table.DataType);

    /// <summary>Serializes the graph as an ONNX model.</summary>
    /// <exception cref="NotSupportedException">The weights take more than a protocol buffer can hold.</exception>
    public OnnxGraph Build()
    {
        if (_weightBytes > MaximumWeightBytes)
        {
            throw new NotSupportedException($"The model's weights take {_weightBytes} bytes in its graph; at most {MaximumWeightBytes} are possible.");
        }

        var model = new ModelProto { IrVersion = IrVersion, ProducerName = typeof(GraphBuilder).Namespace, Graph = _graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = OperatorSetVersion });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = RuntimeDomain, Version = 1 });
        return new OnnxGraph(model.ToByteArray(), _weightsFolder);
    }

    private string Single(string value, StoredDataType type)
        => type == StoredDataType.Float32 ? value : Node("Cast", [value], ("to", (long)DataType.Float));

    private static DataType FloatTypeOf(StoredTensor tensor) => tensor.DataType switch
    {
        StoredDataType.Float32 => DataType.Float,
        StoredDataType.Float16 => DataType.Float16,
        StoredDataType.BFloat16 => DataType.Bfloat16,
        _ => throw new InvalidDataException($"{tensor.FileName}: the tensor '{tensor.Name}' holds {tensor.DataType}; weights must be F32, F16 or BF16."),
    };

    private string Stored(StoredTensor tensor, DataType type)
        => tensor.ByteLength >= SmallestExternal && tensor.Place is { } place && CanRefer(place)
            ? ExternalInitializer(NewName(tensor.Name), type, tensor, place)
            : Initializer(NewName(tensor.Name), type, tensor.Shape, tensor.Bytes);

    // All files that a session maps must lie in one folder.
    private bool CanRefer(FilePlace place)
    {
        string? folder = Path.GetDirectoryName(place.Path);
        if (folder is null || (_weightsFolder ?? folder) != folder || !place.IsUnchanged())
        {
            return false;
        }

        _weightsFolder = folder;
        return true;
    }

    private static ValueInfoProto Declare(string name, DataType type, ReadOnlySpan<object> shape)
    {
        var dimensions = new TensorShapeProto();
        foreach (object dimension in shape)
        {
            dimensions.Dim.Add(dimension is string variable
                ? new TensorShapeProto.Types.Dimension { DimParam = variable }
                : new TensorShapeProto.Types.Dimension { DimValue = Convert.ToInt64(dimension, provider: null) });
        }

        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }

    private string[] Append(string operation, ReadOnlySpan<string> inputs, string[] outputs, ReadOnlySpan<(string Name, object Value)> attributes)
    {
        int domain = operation.LastIndexOf('.');
        var node = new NodeProto { OpType = operation[(domain + 1)..], Domain = domain < 0 ? "" : operation[..domain], Name = $"{operation}:{outputs[0]}" };
        foreach (string input in inputs)
        {
            node.Input.Add(input);
        }

        node.Output.Add(outputs);
        foreach (var (name, value) in attributes)
        {
            node.Attribute.Add(Attribute(name, value));
        }

        _graph.Node.Add(node);
        return outputs;
    }

    private static AttributeProto Attribute(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case float number:
                attribute.Type = AttributeProto.Types.AttributeType.Float;
                attribute.F = number;
                break;
            case long integer:
                attribute.Type = AttributeProto.Types.AttributeType.Int;
                attribute.I = integer;
                break;
            case long[] integers:
                attribute.Type = AttributeProto.Types.AttributeType.Ints;
                attribute.Ints.AddRange(integers);
                break;
            case string text:
                attribute.Type = AttributeProto.Types.AttributeType.String;
                attribute.S = ByteString.CopyFromUtf8(text);
                break;
            default:
                throw new ArgumentException($"The attribute '{name}' has a value of the type {value.GetType()}, which no node here takes.", nameof(value));
        }

        return attribute;
    }

    /// <summary>Adds weights that ONNX Runtime maps from their file, so that no copy of them passes through the graph.</summary>
    private string ExternalInitializer(string name, DataType type, StoredTensor stored, FilePlace place)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, DataLocation = DataLocation.External };
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = Path.GetFileName(place.Path) });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = place.Offset.ToString(CultureInfo.InvariantCulture) });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = stored.ByteLength.ToString(CultureInfo.InvariantCulture) });
        return Add(tensor, stored.Shape);
    }

    private string Initializer(string name, DataType type, ReadOnlySpan<long> shape, ReadOnlyMemory<byte> bytes)
    {
        _weightBytes += bytes.Length;
        return Add(new TensorProto { Name = name, DataType = (int)type, RawData = UnsafeByteOperations.UnsafeWrap(bytes) }, shape);
    }

    private string Add(TensorProto tensor, ReadOnlySpan<long> shape)
    {
        foreach (long dimension in shape)
        {
            tensor.Dims.Add(dimension);
        }

        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    private string NewName(string kind) => $"{kind}_{_names++}";
}
