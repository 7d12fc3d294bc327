namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The functions between matrix products.</summary>
internal enum ActivationFunction
{
    /// <summary>x as it is.</summary>
    Identity,

    /// <summary>x Φ(x), with the error function.</summary>
    Gelu,

    /// <summary>0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))).</summary>
    GeluNew,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x / (1 + exp(-x)), also called swish.</summary>
    Silu,

    /// <summary>tanh(x).</summary>
    Tanh,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>x Φ(x), no smaller than -10 and no larger than 10.</summary>
    ClippedGelu,

    /// <summary>x / (1 + exp(-1.702 x)).</summary>
    QuickGelu,

    /// <summary>max(x, 0), no larger than 6.</summary>
    Relu6,

    /// <summary>x, and 0.01 x where that is negative.</summary>
    LeakyRelu,

    /// <summary>x, and exp(x) - 1 where that is negative.</summary>
    Elu,

    /// <summary>λ x, and λ α (exp(x) - 1) where that is negative, with the constants that keep mean and variance.</summary>
    Selu,

    /// <summary>x tanh(ln(1 + exp(x))).</summary>
    Mish,

    /// <summary>ln(1 + exp(x)).</summary>
    Softplus,

    /// <summary>x / (1 + |x|).</summary>
    Softsign,

    /// <summary>x - tanh(x).</summary>
    Tanhshrink,

    /// <summary>x, no smaller than -1 and no larger than 1.</summary>
    Hardtanh,

    /// <summary>-ln(1 + exp(-x)).</summary>
    LogSigmoid,

    /// <summary>x / 6 + 0.5, no smaller than 0 and no larger than 1.</summary>
    Hardsigmoid,

    /// <summary>x times <see cref="Hardsigmoid"/>.</summary>
    Hardswish,

    /// <summary>x brought 0.5 nearer to 0, and 0 where it is nearer.</summary>
    Softshrink,

    /// <summary>x, and 0 where it is no more than 0.5 away from it.</summary>
    Hardshrink,
}
