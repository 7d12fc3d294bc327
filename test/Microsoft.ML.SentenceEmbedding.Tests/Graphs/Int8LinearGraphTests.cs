using Microsoft.ML.OnnxRuntime;
using static Microsoft.ML.SentenceEmbedding.Graphs.Onnx.TensorProto.Types;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class Int8LinearGraphTests
{
    [TestMethod]
    public void Weights_with_a_bit_less_are_half_as_large_and_two_products_fit_into_16_bits()
    {
        sbyte[] weights = [127, -127, 64, -1, 0, 2];
        var graph = new GraphBuilder();
        string value = graph.Input("value", DataType.Int8, "weights");
        graph.Output(Int8LinearGraph.EmitHalf(graph, value), "half", DataType.Int8, "weights");
        using InferenceSession session = NativeComputation.CreateSession(graph.Build(), threads: 1);
        using var input = OrtValue.CreateTensorValueFromMemory(weights, [weights.Length]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, ["value"], [input], ["half"]);

        sbyte[] half = outputs[0].GetTensorDataAsSpan<sbyte>().ToArray();

        CollectionAssert.AreEqual(new sbyte[] { 64, -64, 32, 0, 0, 1 }, half);
        Assert.IsLessThan(short.MaxValue + 1, 2 * byte.MaxValue * half.Max());
    }
}
