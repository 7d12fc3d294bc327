using Microsoft.ML.Runtime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Makes a <see cref="PoolTokensTransformer"/>, which turns a column of token vectors into a column of sentence vectors: the last stage of an embedding.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Vector of [Single](xref:System.Single), of variable size or of a known size that is a multiple of the encoder's width |
/// | Output column data type | Known-sized vector of [Single](xref:System.Single), with the model's number of dimensions, or that of the options |
/// | Required NuGet in addition to Microsoft.ML | Microsoft.ML.SentenceEmbedding |
/// | Exportable to ONNX | No |
/// ]]></format>
/// <para>
/// A row is the token vectors of one text, one after the other and without padding: the output of <see cref="ScoreTokensEstimator"/>, or the
/// <c>last_hidden_state</c> of a model in ONNX form that ApplyOnnxModel of Microsoft.ML.OnnxTransformer has run on one row. Everything that follows the encoder
/// in the model is applied: pooling, dense layers, normalization, truncation; then what <see cref="Options.EncoderOptions"/> ask for.
/// </para>
/// </remarks>
public sealed partial class PoolTokensEstimator : IEstimator<PoolTokensTransformer>
{
    private readonly IHost _host;
    private readonly ColumnMapping _columns;
    private readonly SentenceModel _model;
    private readonly SentenceEncoderOptions? _encoderOptions;

    internal PoolTokensEstimator(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string inputColumnName = ColumnName.GetInput(options.InputColumnName, options.OutputColumnName);
        string outputColumnName = ColumnName.Check(options.OutputColumnName);
        _host = environment.Register(nameof(PoolTokensEstimator));
        _model = options.Model ?? SentenceModel.Default;
        _encoderOptions = options.EncoderOptions;
        _columns = PoolTokensTransformer.CreateColumns(inputColumnName, outputColumnName, _model, EmbeddingSettings.Create(_model, _encoderOptions));
    }

    /// <summary>Checks the schema and makes the transformer; no row is read.</summary>
    /// <param name="input">Data that has the input column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is not a column of vectors of Single made of token vectors.</exception>
    public PoolTokensTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _columns.Bind(_host, input.Schema);
        return new PoolTokensTransformer(_host, _columns, _model, _encoderOptions);
    }

    /// <summary>Gives the shape of the schema that the transformer delivers.</summary>
    /// <param name="inputSchema">The shape of the input.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is not a column of vectors of Single.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _columns.GetOutputSchema(_host, inputSchema);
}
