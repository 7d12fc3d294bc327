namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Emits an activation function with its gradient; the constants in it are left to the matrix products around it.</summary>
internal sealed class TrainingActivation
{
    // √(2/π) and the cubic term of GELU's tanh form.
    private static readonly float TanhScale = MathF.Sqrt(2 / MathF.PI);
    private const float TanhCubic = 0.044715f;

    private readonly GraphBuilder _graph;
    private readonly ActivationFunction _function;
    private string _input = string.Empty;
    private string _factor = string.Empty;
    private string _output = string.Empty;

    /// <summary>Creates an emitter for one place in a graph.</summary>
    public TrainingActivation(GraphBuilder graph, ActivationFunction function)
    {
        _graph = graph;
        _function = function;

        // GELU: with u = x / √2 it is (u + u erf(u)) / √2, and neither factor costs anything as that of a matrix product.
        InputScale = OutputScale = function == ActivationFunction.Gelu ? 1 / MathF.Sqrt(2) : 1;
    }

    /// <summary>Gets what the caller multiplies the input by.</summary>
    public float InputScale { get; }

    /// <summary>Gets what the caller multiplies the output by.</summary>
    public float OutputScale { get; }

    /// <summary>Emits the function of a scaled input and gives its output, still to be scaled.</summary>
    public string Forward(string input)
    {
        _input = input;
        _factor = _function switch
        {
            ActivationFunction.Gelu => Add(_graph.Node("Erf", [input]), Number(1)),
            ActivationFunction.GeluNew => Multiply(Add(_graph.Node("Tanh", [EmitTanhArgument(input)]), Number(1)), Number(0.5f)),
            ActivationFunction.Relu => Multiply(Add(_graph.Node("Sign", [input]), Number(1)), Number(0.5f)),
            ActivationFunction.Silu => _graph.Node("Sigmoid", [input]),
            _ => throw new NotSupportedException($"An encoder with the activation function {_function} cannot be trained; Gelu, GeluNew, Relu, and Silu can."),
        };
        return _output = Multiply(input, _factor);
    }

    /// <summary>Emits the gradient of the scaled input from that of the output before it was scaled.</summary>
    public string Backward(string gradient) => Multiply(gradient, _function switch
    {
        // u (1 + erf(u)): 1 + erf(u) + u 2/√π exp(-u²), with the constant inside the exponent.
        ActivationFunction.Gelu => Add(
            _factor,
            Multiply(_input, _graph.Node("Exp", [Subtract(Number(MathF.Log(2 / MathF.Sqrt(MathF.PI))), Multiply(_input, _input))]))),

        // x f with f = (1 + tanh(a)) / 2: f + 2 x f (1 - f) a'.
        ActivationFunction.GeluNew => Add(
            _factor,
            Multiply(Multiply(_output, Subtract(Number(2), Multiply(_factor, Number(2)))), EmitTanhArgumentSlope(_input))),
        ActivationFunction.Relu => _factor,

        // x s: s + x s (1 - s).
        _ => Add(_factor, Multiply(_output, Subtract(Number(1), _factor))),
    });

    // a = √(2/π) (x + 0.044715 x³)
    private string EmitTanhArgument(string input)
        => Multiply(input, Add(Multiply(Multiply(input, input), Number(TanhScale * TanhCubic)), Number(TanhScale)));

    private string EmitTanhArgumentSlope(string input)
        => Add(Multiply(Multiply(input, input), Number(3 * TanhScale * TanhCubic)), Number(TanhScale));

    private string Number(float value) => _graph.Scalar(value);

    private string Add(string left, string right) => _graph.Node("Add", [left, right]);

    private string Subtract(string left, string right) => _graph.Node("Sub", [left, right]);

    private string Multiply(string left, string right) => _graph.Node("Mul", [left, right]);
}
