using Google.Protobuf;
using Microsoft.ML.SentenceEmbedding.Graphs.Onnx;
using static Microsoft.ML.SentenceEmbedding.Graphs.Onnx.TensorProto.Types;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Makes small ONNX files: a tiny model's own graph, changed as a test needs it.</summary>
internal static class OnnxFiles
{
    public const string Path = "onnx/model.onnx";

    /// <summary>Gives a tiny model that has an ONNX file instead of its safetensors.</summary>
    public static EditableModel CreateModel(string name, Action<ModelProto> change, string path = Path)
    {
        EditableModel model = new EditableModel(name).Remove("model.safetensors");
        model[path] = Build(name, change);
        return model;
    }

    /// <summary>Gives an ONNX file: ids and mask in, token_embeddings and sentence_embedding out.</summary>
    public static byte[] Build(string name, Action<ModelProto> change)
    {
        SentenceModel model = SentenceModel.Load(TinyModels.Directory(name));
        ModelProto file = ModelProto.Parser.ParseFrom(SentenceGraph.Build(model).Bytes);

        // An exported encoder knows nothing of prompts: what reads them is left out, or gets none.
        if (file.Graph.Input.SingleOrDefault(input => input.Name == SentenceGraph.PromptTokens) is { } promptTokens)
        {
            file.Graph.Input.Remove(promptTokens);
            file.Graph.Initializer.Add(new TensorProto { Name = promptTokens.Name, DataType = (int)DataType.Int64, RawData = ByteString.CopyFrom(new byte[sizeof(long)]) });
        }

        change(file);
        return file.ToByteArray();
    }

    /// <summary>Takes an output away.</summary>
    public static void RemoveOutput(ModelProto file, string name) => Assert.IsTrue(file.Graph.Output.Remove(Output(file, name)));

    /// <summary>Gives an output another name.</summary>
    public static void RenameOutput(ModelProto file, string name, string newName)
    {
        Output(file, name).Name = newName;
        NodeProto node = file.Graph.Node.Single(node => node.Output.Contains(name));
        node.Output[node.Output.IndexOf(name)] = newName;
    }

    /// <summary>Leaves token vectors as last_hidden_state alone, as transformers exports them.</summary>
    public static void KeepLastHiddenState(ModelProto file)
    {
        RemoveOutput(file, "sentence_embedding");
        RenameOutput(file, "token_embeddings", "last_hidden_state");
    }

    /// <summary>Lets inputs be of a type, and takes token types, too; the ids that are looked up are the sum of both.</summary>
    public static void TakeTokenTypes(ModelProto file, DataType type)
    {
        ValueInfoProto tokenTypes = Input(file, "input_ids").Clone();
        tokenTypes.Name = "token_type_ids";
        file.Graph.Input.Add(tokenTypes);
        foreach (ValueInfoProto input in file.Graph.Input)
        {
            input.Type.TensorType.ElemType = (int)type;
        }

        foreach (NodeProto node in file.Graph.Node)
        {
            for (int i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = node.Input[i] is "input_ids" or "attention_mask" ? "given_" + node.Input[i] : node.Input[i];
            }
        }

        NodeProto[] nodes =
        [
            Node("Add", ["input_ids", "token_type_ids"], "typed_ids"),
            Node("Cast", ["typed_ids"], "given_input_ids"),
            Node("Cast", ["attention_mask"], "given_attention_mask"),
        ];
        foreach (NodeProto cast in nodes.Skip(1))
        {
            cast.Attribute.Add(new AttributeProto { Name = "to", I = (long)DataType.Int64, Type = AttributeProto.Types.AttributeType.Int });
        }

        NodeProto[] others = [.. file.Graph.Node];
        file.Graph.Node.Clear();
        file.Graph.Node.AddRange(nodes.Concat(others));
    }

    /// <summary>Makes a node.</summary>
    public static NodeProto Node(string operation, string[] inputs, string output) => new() { OpType = operation, Input = { inputs }, Output = { output } };

    /// <summary>Gives an input's declaration.</summary>
    public static ValueInfoProto Input(ModelProto file, string name) => file.Graph.Input.Single(input => input.Name == name);

    /// <summary>Gives an output's declaration.</summary>
    public static ValueInfoProto Output(ModelProto file, string name) => file.Graph.Output.Single(output => output.Name == name);
}
