using Microsoft.ML.OnnxRuntime;
using static Microsoft.ML.SentenceEmbedding.Graphs.Onnx.TensorProto.Types;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Activation functions as they are computed, against their definitions in double precision.</summary>
[TestClass]
public sealed class ActivationGraphTests
{
    // Of the input, or of 1 where that is smaller: ONNX Runtime's sigmoid is off by 1e-7 wherever it is near 0, and some functions multiply it by x.
    private const double Tolerance = 3e-7;

    // A fine grid, all places where a definition changes, and far outside.
    private static readonly float[] Inputs =
    [
        .. Enumerable.Range(-1500, 3001).Select(i => i / 100f), -0f, 0.4999999f, 0.50000006f, -0.4999999f, -0.50000006f, 2.9999998f, -2.9999998f, 5.9999995f,
        20.5f, -20.5f, 60, -60, 100, -100, 1e-20f, -1e-20f, 1e4f, -1e4f,
    ];

    public static IEnumerable<object[]> Functions => Enum.GetValues<ActivationFunction>().Select(function => new object[] { function });

    [TestMethod]
    [DynamicData(nameof(Functions))]
    public void A_function_is_computed_as_PyTorch_defines_it(object function)
    {
        float[] actual = Run((ActivationFunction)function);

        for (int i = 0; i < Inputs.Length; i++)
        {
            double expected = Define((ActivationFunction)function, Inputs[i]);
            Assert.AreEqual(expected, actual[i], Tolerance * Math.Max(1, Math.Abs(Inputs[i])), $"{function} of {Inputs[i]:r}");
        }
    }

    // From PyTorch's documentation; of transformers' for the two forms of GELU that PyTorch lacks.
    private static double Define(ActivationFunction function, double x) => function switch
    {
        ActivationFunction.Identity => x,
        ActivationFunction.Gelu => Gelu(x),
        ActivationFunction.GeluNew => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
        ActivationFunction.ClippedGelu => Math.Clamp(Gelu(x), -10, 10),
        ActivationFunction.QuickGelu => x * Sigmoid(1.702 * x),
        ActivationFunction.Relu => Math.Max(x, 0),
        ActivationFunction.Relu6 => Math.Min(Math.Max(x, 0), 6),
        ActivationFunction.LeakyRelu => Math.Max(0, x) + 0.01 * Math.Min(0, x),
        ActivationFunction.Elu => x > 0 ? x : Math.Exp(x) - 1,
        ActivationFunction.Selu => 1.0507009873554804934193349852946 * (Math.Max(0, x) + Math.Min(0, 1.6732632423543772848170429916717 * (Math.Exp(x) - 1))),
        ActivationFunction.Silu => x * Sigmoid(x),
        ActivationFunction.Mish => x * Math.Tanh(Softplus(x)),
        ActivationFunction.Softplus => Softplus(x),
        ActivationFunction.Softsign => x / (1 + Math.Abs(x)),
        ActivationFunction.Tanh => Math.Tanh(x),
        ActivationFunction.Tanhshrink => x - Math.Tanh(x),
        ActivationFunction.Hardtanh => x > 1 ? 1 : x < -1 ? -1 : x,
        ActivationFunction.Sigmoid => Sigmoid(x),
        ActivationFunction.LogSigmoid => -Softplus(-x),
        ActivationFunction.Hardsigmoid => x <= -3 ? 0 : x >= 3 ? 1 : x / 6 + 0.5,
        ActivationFunction.Hardswish => x <= -3 ? 0 : x >= 3 ? x : x * (x + 3) / 6,
        ActivationFunction.Softshrink => x > 0.5 ? x - 0.5 : x < -0.5 ? x + 0.5 : 0,
        ActivationFunction.Hardshrink => x > 0.5 || x < -0.5 ? x : 0,
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "The test lacks its definition."),
    };

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    // As the larger of 0 and x, so that nothing overflows.
    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    private static double Gelu(double x) => x * 0.5 * (1 + Erf(x / Math.Sqrt(2)));

    /// <summary>The error function: its power series, and beyond 6 nothing that a double can hold is missing from 1.</summary>
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 6)
        {
            return Math.Sign(x);
        }

        // 2/√π exp(-x²) Σ 2ⁿ x²ⁿ⁺¹ / (1·3·5···(2n+1)): all terms have one sign.
        double term = x;
        double sum = x;
        for (int n = 1; n < 200; n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static float[] Run(ActivationFunction function)
    {
        var graph = new GraphBuilder();
        graph.Output(ActivationGraph.Emit(graph, function, graph.Input("x", DataType.Float, "size")), "y", DataType.Float, "size");
        float[] values = new float[Inputs.Length];
        using var session = new InferenceSession(graph.Build().Bytes);
        using var options = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(Inputs, [Inputs.Length]);
        using var output = OrtValue.CreateTensorValueFromMemory(values, [Inputs.Length]);
        session.Run(options, ["x"], [input], ["y"], [output]);
        return values;
    }
}
