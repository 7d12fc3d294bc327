using Microsoft.ML.Runtime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Makes a <see cref="SentenceEmbeddingTransformer"/>, which turns a column of texts into a column of sentence vectors.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | [Text](xref:Microsoft.ML.Data.TextDataViewType) |
/// | Output column data type | Known-sized vector of [Single](xref:System.Single), with the model's number of dimensions, or that of the options |
/// | Required NuGet in addition to Microsoft.ML | Microsoft.ML.SentenceEmbedding |
/// | Exportable to ONNX | No |
/// ]]></format>
/// <para>
/// The vectors are the ones that sentence-transformers' <c>encode</c> gives in Python for the same directory, with the prompt, dimensions and normalization of <see cref="Options.EncoderOptions"/>. A missing text counts as the empty one;
/// of a text that is longer than the model takes the beginning is read, unless <see cref="SentenceEncoderOptions.LongTexts"/> says otherwise.
/// If the model ends with a normalization, or the options ask for one, the output column is annotated as normalized, and ML.NET's trainers add no normalizer of their own.
/// </para>
/// <para>
/// Rows are computed in batches, when a value of the output column is read and not before; reading the other columns computes nothing. Trainers read
/// their data many times, so the estimator remembers the vectors of <see cref="Options.MaxCachedTexts"/> texts for every pass, every fold of a
/// cross-validation and every trial of an AutoML experiment, as long as the estimator itself is in use. They are not saved with the model.
/// </para>
/// <para>The estimator may be used by several threads at the same time.</para>
/// </remarks>
public sealed partial class SentenceEmbeddingEstimator : IEstimator<SentenceEmbeddingTransformer>
{
    private readonly IHost _host;
    private readonly ColumnMapping _columns;
    private readonly SentenceModel _model;
    private readonly SentenceEncoderOptions? _encoderOptions;

    // Null if nothing is to be remembered.
    private readonly EmbeddingMemo? _memo;

    internal SentenceEmbeddingEstimator(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string inputColumnName = ColumnName.GetInput(options.InputColumnName, options.OutputColumnName);
        string outputColumnName = ColumnName.Check(options.OutputColumnName);
        _host = environment.Register(nameof(SentenceEmbeddingEstimator));
        _model = options.GetModel();
        _encoderOptions = options.EncoderOptions;
        EmbeddingSettings settings = EmbeddingSettings.Create(_model, _encoderOptions);
        _columns = SentenceEmbeddingTransformer.CreateColumns(inputColumnName, outputColumnName, _model, settings);
        _memo = options.MaxCachedTexts > 0 ? new EmbeddingMemo(options.MaxCachedTexts, settings.Dimensions) : null;
    }

    /// <summary>Checks the schema and makes the transformer; no text is read.</summary>
    /// <param name="input">Data that has the input column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is not a column of texts.</exception>
    public SentenceEmbeddingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _columns.Bind(_host, input.Schema);
        return new SentenceEmbeddingTransformer(_host, _columns, _model, _encoderOptions, _memo);
    }

    /// <summary>Gives the shape of the schema that the transformer delivers.</summary>
    /// <param name="inputSchema">The shape of the input.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is not a column of texts.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _columns.GetOutputSchema(_host, inputSchema);
}
