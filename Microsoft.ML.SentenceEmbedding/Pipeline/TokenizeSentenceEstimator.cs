using Microsoft.ML.Runtime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Makes a <see cref="TokenizeSentenceTransformer"/>, which turns a column of texts into a column of token ids: the first stage of an embedding.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | [Text](xref:Microsoft.ML.Data.TextDataViewType) |
/// | Output column data type | Variable-sized vector of [Int64](xref:System.Int64) |
/// | Required NuGet in addition to Microsoft.ML | Microsoft.ML.SentenceEmbedding |
/// | Exportable to ONNX | No |
/// ]]></format>
/// <para>
/// The ids are what the model reads: its default prompt, or that of <see cref="Options.EncoderOptions"/>, and the text, special tokens included, cut off at the model's maximum. They are no keys:
/// 0 is an id like any other. A missing text counts as the empty one.
/// </para>
/// <para>
/// The next stage is <see cref="ScoreTokensEstimator"/>, or a model in ONNX form: with the columns named <c>input_ids</c>, <c>attention_mask</c> and
/// <c>token_type_ids</c>, see <see cref="Options"/>, the output is what ApplyOnnxModel of Microsoft.ML.OnnxTransformer takes.
/// </para>
/// </remarks>
public sealed partial class TokenizeSentenceEstimator : IEstimator<TokenizeSentenceTransformer>
{
    private readonly IHost _host;
    private readonly ColumnMapping _columns;
    private readonly IReadOnlyList<TokenColumn> _contents;
    private readonly SentenceModel _model;
    private readonly EmbeddingSettings _settings;

    internal TokenizeSentenceEstimator(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _host = environment.Register(nameof(TokenizeSentenceEstimator));
        _model = options.Model ?? SentenceModel.Default;
        _settings = EmbeddingSettings.Create(_model, options.EncoderOptions);
        (_columns, _contents) = TokenizeSentenceTransformer.CreateColumns(
            ColumnName.GetInput(options.InputColumnName, options.OutputColumnName),
            ColumnName.Check(options.OutputColumnName),
            ColumnName.CheckOptional(options.AttentionMaskColumnName),
            ColumnName.CheckOptional(options.TokenTypeIdsColumnName));
    }

    /// <summary>Checks the schema and makes the transformer; no text is read.</summary>
    /// <param name="input">Data that has the input column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is not a column of texts.</exception>
    public TokenizeSentenceTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _columns.Bind(_host, input.Schema);
        return new TokenizeSentenceTransformer(_host, _columns, _contents, _model, _settings);
    }

    /// <summary>Gives the shape of the schema that the transformer delivers.</summary>
    /// <param name="inputSchema">The shape of the input.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is not a column of texts.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _columns.GetOutputSchema(_host, inputSchema);
}
