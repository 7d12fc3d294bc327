using System.Globalization;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Describes a model's modules the way Python prints them.</summary>
internal static class ModelArchitecture
{
    /// <summary>Gives a line for each module, between a first and a last one.</summary>
    public static IReadOnlyList<string> Describe(SentenceModel model)
    {
        string transformer = Invariant($"Transformer({{'max_seq_length': {model.MaximumTokens}, 'architecture': 'BertModel', 'num_hidden_layers': {model.Encoder.Layers}, 'hidden_size': {model.Encoder.HiddenSize}}})");
        return
        [
            "SentenceTransformer(",
            .. model.Modules.Select(Describe).Prepend(transformer).Select((module, index) => Invariant($"  ({index}): {module}")),
            ")",
        ];

        string Describe(SentenceModule module) => module switch
        {
            PoolingModule pooling => Invariant($"Pooling({{'word_embedding_dimension': {model.Encoder.HiddenSize}, 'pooling_mode': '{string.Join('+', pooling.Modes.Select(PythonName))}', 'include_prompt': {PythonBoolean(pooling.IncludePrompt)}}})"),
            DenseModule dense => Invariant($"Dense({{'in_features': {dense.Weight.Shape[1]}, 'out_features': {dense.Weight.Shape[0]}, 'bias': {PythonBoolean(dense.Bias is not null)}, 'activation_function': '{dense.Activation}'}})"),
            LayerNormModule norm => Invariant($"LayerNorm({{'dimension': {norm.Weight.Shape[0]}}})"),
            NormalizeModule => "Normalize()",
            _ => throw new NotSupportedException($"{module.GetType().Name} has no description; this is a bug."),
        };
    }

    private static string PythonName(PoolingMode mode) => mode switch
    {
        PoolingMode.Cls => "cls",
        PoolingMode.Max => "max",
        PoolingMode.Mean => "mean",
        PoolingMode.MeanSquareRootLength => "mean_sqrt_len_tokens",
        PoolingMode.WeightedMean => "weightedmean",
        PoolingMode.LastToken => "lasttoken",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
    };

    private static string PythonBoolean(bool value) => value ? "True" : "False";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
