using System.Text;
using Google.Protobuf;
using Microsoft.ML.SentenceEmbedding.Graphs.Onnx;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads an ONNX file's declarations and looks through all of it, copying no weights: damage, and tensors that lie in other files, are found before ONNX Runtime sees them.</summary>
/// <remarks>The numbers of fields are those of the ONNX format (onnx/onnx.proto).</remarks>
internal sealed class OnnxFileReader
{
    // As protocol buffers have it.
    private const int MaximumDepth = 100;

    // Nodes, their attributes, tensors, and graphs: far above every published model, and little beside what ONNX Runtime makes of each.
    private const int MaximumParts = 1 << 20;

    // A name and some dimensions.
    private const int MaximumDeclarationLength = 1 << 16;
    private const int MaximumDeclarations = 1 << 16;

    private readonly string _fileName;
    private readonly List<ValueInfoProto> _inputs = [];
    private readonly List<ValueInfoProto> _outputs = [];
    private readonly HashSet<string> _initializers = new(StringComparer.Ordinal);
    private int _parts;

    private OnnxFileReader(string fileName) => _fileName = fileName;

    private enum Part
    {
        None,
        Model,
        Training,
        Function,
        Graph,
        Node,
        Attribute,
        SparseTensor,
        Tensor,
    }

    /// <summary>Reads the declarations.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or no ONNX file.</exception>
    /// <exception cref="NotSupportedException">The file is too long, of another format, or a part of its weights lies in another file.</exception>
    public static OnnxDeclarations Read(ModelFile file)
    {
        if (file.Length > Array.MaxLength)
        {
            throw new NotSupportedException($"{file.Name} has {file.Length} bytes; an ONNX file has at most {Array.MaxLength}.");
        }

        ReadOnlyMemory<byte> memory = file.Slice(0, (int)file.Length);
        ReadOnlySpan<byte> bytes = memory.Span;

        // ONNX Runtime would take the file for one of its own format, whatever else it is.
        if (bytes.Length >= 8 && bytes[4..8].SequenceEqual("ORTM"u8))
        {
            throw new NotSupportedException($"{file.Name} is in ONNX Runtime's own format; an ONNX file is supported.");
        }

        var reader = new OnnxFileReader(file.Name);
        reader.ReadPart(Part.Model, bytes, depth: 0);
        GC.KeepAlive(memory);
        return new OnnxDeclarations([.. reader._inputs.Where(input => !reader._initializers.Contains(input.Name))], reader._outputs);
    }

    private static Part PartOf(Part outer, int field) => (outer, field) switch
    {
        (Part.Model, 7) => Part.Graph,
        (Part.Model, 20) => Part.Training,
        (Part.Model, 25) => Part.Function,
        (Part.Training, 1 or 2) => Part.Graph,
        (Part.Function, 7) => Part.Node,
        (Part.Function, 11) => Part.Attribute,
        (Part.Graph, 1) => Part.Node,
        (Part.Graph, 5) => Part.Tensor,
        (Part.Graph, 15) => Part.SparseTensor,
        (Part.Node, 5) => Part.Attribute,
        (Part.Attribute, 5 or 10) => Part.Tensor,
        (Part.Attribute, 6 or 11) => Part.Graph,
        (Part.Attribute, 22 or 23) => Part.SparseTensor,
        (Part.SparseTensor, 1 or 2) => Part.Tensor,
        _ => Part.None,
    };

    private void ReadPart(Part part, ReadOnlySpan<byte> bytes, int depth)
    {
        if (++_parts > MaximumParts || depth > MaximumDepth)
        {
            throw Error(depth > MaximumDepth ? $"it is nested more than {MaximumDepth} levels deep" : $"it has more than {MaximumParts} parts");
        }

        // The model's own graph lies directly below it; those of nodes and of training lie deeper.
        bool isMain = part == Part.Graph && depth == 1;
        var fields = new ProtocolBufferReader(bytes, _fileName);
        while (fields.Next())
        {
            switch (PartOf(part, fields.Number))
            {
                case Part.Tensor:
                    string name = ReadTensor(fields.Bytes);
                    if (isMain)
                    {
                        _initializers.Add(name);
                    }

                    break;
                case Part.None when isMain && fields.Number == 11:
                    _inputs.Add(ReadDeclaration(fields.Bytes));
                    break;
                case Part.None when isMain && fields.Number == 12:
                    _outputs.Add(ReadDeclaration(fields.Bytes));
                    break;
                case Part.None:
                    break;
                case var inner:
                    ReadPart(inner, fields.Bytes, depth + 1);
                    break;
            }
        }
    }

    private string ReadTensor(ReadOnlySpan<byte> bytes)
    {
        if (++_parts > MaximumParts)
        {
            throw Error($"it has more than {MaximumParts} parts");
        }

        string name = string.Empty;
        string location = string.Empty;
        bool isExternal = false;
        var fields = new ProtocolBufferReader(bytes, _fileName);
        while (fields.Next())
        {
            switch (fields.Number)
            {
                case 8:
                    name = Encoding.UTF8.GetString(fields.Bytes);
                    break;
                case 13 when Parse(StringStringEntryProto.Parser, fields.Bytes) is { Key: "location" } entry:
                    location = entry.Value;
                    break;
                case 14:
                    isExternal |= fields.Integer != 0;
                    break;
            }
        }

        return isExternal
            ? throw new NotSupportedException($"{_fileName}: the tensor '{Excerpt.Of(name)}' lies in another file, '{Excerpt.Of(location)}' (external_data), which is not read; save the model as one file.")
            : name;
    }

    private ValueInfoProto ReadDeclaration(ReadOnlySpan<byte> bytes) => _inputs.Count + _outputs.Count < MaximumDeclarations
        ? Parse(ValueInfoProto.Parser, bytes)
        : throw Error($"it has more than {MaximumDeclarations} inputs and outputs");

    private T Parse<T>(MessageParser<T> parser, ReadOnlySpan<byte> bytes)
        where T : IMessage<T>
    {
        if (bytes.Length > MaximumDeclarationLength)
        {
            throw Error($"a declaration has {bytes.Length} bytes; at most {MaximumDeclarationLength} are read");
        }

        try
        {
            return parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new InvalidDataException($"{_fileName} is damaged: {exception.Message}", exception);
        }
    }

    private InvalidDataException Error(string reason) => new($"{_fileName} is damaged, or no ONNX file: {reason}.");
}
