using Google.Protobuf;
using Microsoft.ML.SentenceEmbedding.Graphs.Onnx;
using static Microsoft.ML.SentenceEmbedding.Graphs.Onnx.TensorProto.Types;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>What a user's own ONNX file and config.json beside it say, and what is refused when the model is loaded.</summary>
[TestClass]
public sealed class OnnxReaderTests
{
    private const string Name = "bert-mean-normalize";
    private const int Mutations = 400;

    public required TestContext TestContext { get; init; }

    [TestMethod]
    public void Sizes_are_those_of_the_configuration_and_of_the_file()
    {
        SentenceModel model = OnnxFiles.CreateModel(Name, OnnxFiles.KeepLastHiddenState).Load();

        Assert.AreEqual(
            new OnnxConfiguration("onnx/model.onnx", DataType.Int64, DataType.Int64, null, "last_hidden_state", 48, 2, 1408, 64, null, IsNormalized: false),
            model.Encoder);
        Assert.AreEqual(48, model.Dimensions);
        Assert.IsTrue(model.IsNormalized);
        Assert.AreEqual($"{Name} (ONNX, 2 layers, 48 dimensions, at most {model.MaximumTokens} tokens)", model.ToString());
    }

    [TestMethod]
    public void Architecture_may_be_any_and_its_sizes_may_be_missing()
    {
        EditableModel model = OnnxFiles.CreateModel(Name, OnnxFiles.KeepLastHiddenState);
        foreach (string key in new[] { "max_position_embeddings", "vocab_size", "hidden_size", "num_hidden_layers" })
        {
            model.Set("config.json", key, null);
        }

        SentenceModel loaded = model.Set("config.json", "model_type", "\"deberta-v2\"").Load();

        Assert.AreEqual(int.MaxValue, loaded.Encoder.MaximumTokens);
        Assert.AreEqual(VocabularyText.MaximumSize, loaded.Encoder.VocabularySize);
        Assert.AreEqual(0, loaded.Layers);
        ModelComparison.AssertSameVectors(OnnxFiles.CreateModel(Name, OnnxFiles.KeepLastHiddenState).Load(), loaded);
    }

    [TestMethod]
    [DataRow("xlm-roberta", "3", 60)]
    [DataRow("mpnet", null, 62)]
    [DataRow("distilbert", "3", 64)]
    public void Positions_that_stand_for_padding_take_no_token(string type, string? paddingId, int expected)
    {
        EditableModel model = OnnxFiles.CreateModel(Name, OnnxFiles.KeepLastHiddenState).Set("config.json", "model_type", $"\"{type}\"").Set("config.json", "pad_token_id", paddingId);

        Assert.AreEqual(expected, model.Load().Encoder.MaximumTokens);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => model.Set("sentence_bert_config.json", "max_seq_length", "65").Load()).Message;
        Assert.Contains($"at most {expected}", message);
    }

    [TestMethod]
    public void Length_of_vectors_that_the_file_leaves_open_is_the_configurations()
    {
        Action<ModelProto> change = file =>
        {
            OnnxFiles.KeepLastHiddenState(file);
            OnnxFiles.Output(file, "last_hidden_state").Type.TensorType.Shape = null;
        };

        ModelComparison.AssertSameVectors(OnnxFiles.CreateModel(Name, OnnxFiles.KeepLastHiddenState).Load(), OnnxFiles.CreateModel(Name, change).Load());
        Refuse<InvalidDataException>(OnnxFiles.CreateModel(Name, change).Set("config.json", "hidden_size", null), "'hidden_size' is missing");
    }

    [TestMethod]
    public void Length_of_vectors_that_the_configuration_contradicts_is_refused() =>
        Refuse<InvalidDataException>(
            OnnxFiles.CreateModel(Name, OnnxFiles.KeepLastHiddenState).Set("config.json", "hidden_size", "32"),
            "config.json", "'hidden_size' is 32 and must be 48", "'last_hidden_state'", OnnxFiles.Path);

    [TestMethod]
    public void Weights_that_are_listed_as_inputs_are_none()
    {
        SentenceModel model = OnnxFiles.CreateModel(Name, file =>
        {
            foreach (TensorProto weight in file.Graph.Initializer)
            {
                var shape = new TensorShapeProto { Dim = { weight.Dims.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }) } };
                file.Graph.Input.Add(new ValueInfoProto { Name = weight.Name, Type = new TypeProto { TensorType = new() { ElemType = weight.DataType, Shape = shape } } });
            }
        }).Load();

        ModelComparison.AssertSameVectors(OnnxFiles.CreateModel(Name, _ => { }).Load(), model);
    }

    [TestMethod]
    public void Other_inputs_are_refused()
    {
        Refuse<NotSupportedException>(Change(file => file.Graph.Input.Add(new ValueInfoProto { Name = "position_ids" })), OnnxFiles.Path, "'position_ids'", "token_type_ids");
        Refuse<NotSupportedException>(Change(file => file.Graph.Input.RemoveAt(1)), OnnxFiles.Path, "no input 'attention_mask'");
        Refuse<NotSupportedException>(Change(file => file.Graph.Input.RemoveAt(0)), OnnxFiles.Path, "no input 'input_ids'");
        Refuse<InvalidDataException>(Change(file => file.Graph.Input.Add(OnnxFiles.Input(file, "input_ids").Clone())), OnnxFiles.Path, "'input_ids' is declared twice");
        Refuse<NotSupportedException>(Change(file => TensorOf(OnnxFiles.Input(file, "input_ids")).ElemType = (int)DataType.Float), OnnxFiles.Path, "'input_ids'", "Float", "Int64 or Int32");
        Refuse<NotSupportedException>(Change(file => OnnxFiles.Input(file, "input_ids").Type = new TypeProto()), OnnxFiles.Path, "'input_ids'", "Undefined");
        Refuse<NotSupportedException>(Change(file => TensorOf(OnnxFiles.Input(file, "attention_mask")).Shape.Dim.RemoveAt(0)), OnnxFiles.Path, "'attention_mask' has 1 dimensions");
        Refuse<NotSupportedException>(Change(file => TensorOf(OnnxFiles.Input(file, "input_ids")).Shape.Dim[1].DimValue = 128), OnnxFiles.Path, "'input_ids'", "fixed size 128");
    }

    [TestMethod]
    public void Other_outputs_are_refused()
    {
        Refuse<NotSupportedException>(Change(file => file.Graph.Output.Clear()), OnnxFiles.Path, "sentence_embedding");
        Refuse<NotSupportedException>(
            Change(file =>
            {
                OnnxFiles.RemoveOutput(file, "sentence_embedding");
                OnnxFiles.RenameOutput(file, "token_embeddings", "logits");
            }),
            OnnxFiles.Path, "'logits'", "last_hidden_state");
        Refuse<NotSupportedException>(Change(file => TensorOf(OnnxFiles.Output(file, "token_embeddings")).ElemType = (int)DataType.Float16), OnnxFiles.Path, "'token_embeddings'", "Float16");
        Refuse<NotSupportedException>(Change(file => TensorOf(OnnxFiles.Output(file, "token_embeddings")).Shape.Dim.RemoveAt(0)), OnnxFiles.Path, "'token_embeddings' has 2 dimensions");
        Refuse<InvalidDataException>(Change(file => TensorOf(OnnxFiles.Output(file, "token_embeddings")).Shape.Dim[2].DimValue = long.MaxValue), OnnxFiles.Path, "'token_embeddings'");
        Refuse<InvalidDataException>(Change(file => TensorOf(OnnxFiles.Output(file, "token_embeddings")).Shape.Dim[2].DimValue = 0), OnnxFiles.Path, "'token_embeddings'");
    }

    [TestMethod]
    [DataRow("initializer")]
    [DataRow("attribute")]
    [DataRow("attribute's list")]
    [DataRow("subgraph")]
    [DataRow("sparse initializer")]
    [DataRow("function")]
    [DataRow("training")]
    public void Tensors_in_other_files_are_refused_wherever_they_stand(string place)
    {
        var tensor = new TensorProto { Name = "far", DataType = (int)DataType.Float, Dims = { 1 }, DataLocation = DataLocation.External };
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = "0" });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "../secret.bin" });
        byte[] bytes = tensor.ToByteArray();

        // The numbers of fields that this library does not write.
        byte[] file = OnnxFiles.Build(Name, file =>
        {
            switch (place)
            {
                case "initializer":
                    file.Graph.Initializer.Add(tensor);
                    break;
                case "sparse initializer":
                    file.Graph.MergeFrom(Field(15, Field(1, bytes)));
                    break;
                case "function":
                    file.MergeFrom(Field(25, Field(7, Field(5, Field(5, bytes)))));
                    break;
                case "training":
                    file.MergeFrom(Field(20, Field(1, Field(5, bytes))));
                    break;
                default:
                    NodeProto node = OnnxFiles.Node("Constant", [], "unused");
                    byte[] attribute = place == "subgraph" ? Field(6, Field(5, bytes)) : Field(place == "attribute" ? 5 : 10, bytes);
                    node.Attribute.Add(AttributeProto.Parser.ParseFrom(attribute));
                    file.Graph.Node.Add(node);
                    break;
            }
        });

        Refuse<NotSupportedException>(With(file), OnnxFiles.Path, "'far'", "'../secret.bin'", "external_data");
    }

    [TestMethod]
    public void Damaged_files_are_refused()
    {
        byte[] file = OnnxFiles.Build(Name, _ => { });

        Refuse<InvalidDataException>(With(file[..^1]), OnnxFiles.Path, "ends inside a field");
        Refuse<InvalidDataException>(With(file[..(file.Length / 2)]), OnnxFiles.Path, "ends inside a field");
        Refuse<InvalidDataException>(With("x"u8.ToArray()), OnnxFiles.Path, "damaged");
        Refuse<InvalidDataException>(With("<html>"u8.ToArray()), OnnxFiles.Path, "damaged");
        Refuse<InvalidDataException>(With([0, 1]), OnnxFiles.Path, "no number");
        Refuse<InvalidDataException>(With([0x0b]), OnnxFiles.Path, "a type that the format does not use");
        Refuse<InvalidDataException>(With([.. Enumerable.Repeat((byte)0xff, 20)]), OnnxFiles.Path, "does not end");
        Refuse<InvalidDataException>(With(Field(7, Field(11, Field(2, [0x0a])))), OnnxFiles.Path, "damaged");
        Refuse<NotSupportedException>(With([]), OnnxFiles.Path, "no input 'input_ids'");
        Refuse<NotSupportedException>(With([0x12, 6, (byte)'a', (byte)'b', .. "ORTM"u8]), OnnxFiles.Path, "ONNX Runtime's own format");
    }

    [TestMethod]
    public void Files_that_would_take_much_more_memory_than_they_have_bytes_are_refused()
    {
        byte[] nested = [];
        for (int level = 0; level < 40; level++)
        {
            nested = Field(1, Field(5, Field(6, nested)));
        }

        byte[] nodes = new byte[2 << 21];
        for (int i = 0; i < nodes.Length; i += 2)
        {
            nodes[i] = 0x0a;
        }

        byte[] inputs = [.. Enumerable.Repeat(new byte[] { 0x5a, 0 }, (1 << 16) + 1).SelectMany(field => field)];
        Refuse<InvalidDataException>(With(Field(7, nested)), OnnxFiles.Path, "100 levels deep");
        Refuse<InvalidDataException>(With(Field(7, nodes)), OnnxFiles.Path, "more than 1048576 parts");
        Refuse<InvalidDataException>(With(Field(7, inputs)), OnnxFiles.Path, "more than 65536 inputs and outputs");
        Refuse<InvalidDataException>(With(Field(7, Field(11, new byte[1 << 17]))), OnnxFiles.Path, "a declaration has 131072 bytes");
    }

    [TestMethod]
    public void A_file_damaged_at_random_loads_or_is_refused()
    {
        byte[] original = OnnxFiles.Build(Name, file => file.Graph.Initializer.Clear());
        var random = new Random(20240607);
        int refused = 0;
        for (int mutation = 0; mutation < Mutations; mutation++)
        {
            byte[] bytes = [.. original[..(random.Next(4) == 0 ? random.Next(original.Length) : original.Length)]];
            for (int change = random.Next(1, 8); change > 0 && bytes.Length > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                Assert.IsGreaterThan(0, With(bytes).Load().Dimensions);
            }
            catch (Exception exception) when (exception is InvalidDataException or NotSupportedException)
            {
                Assert.Contains(OnnxFiles.Path, exception.Message);
                Assert.IsLessThan(1000, exception.Message.Length);
                refused++;
            }
        }

        TestContext.WriteLine($"{Mutations - refused} loaded, {refused} refused");
        Assert.IsGreaterThan(Mutations / 10, refused);
    }

    private static TypeProto.Types.Tensor TensorOf(ValueInfoProto value) => value.Type.TensorType;

    private static byte[] Field(int number, byte[] content)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream))
        {
            output.WriteTag(number, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(content));
        }

        return stream.ToArray();
    }

    private static EditableModel Change(Action<ModelProto> change) => OnnxFiles.CreateModel(Name, change);

    private static EditableModel With(byte[] file) => new EditableModel(Name).Remove("model.safetensors").Write(OnnxFiles.Path, file);

    private static void Refuse<TException>(EditableModel model, params string[] messages)
        where TException : Exception
    {
        TException exception = Assert.ThrowsExactly<TException>(() => model.Load());
        foreach (string message in messages)
        {
            Assert.Contains(message, exception.Message);
        }
    }
}
