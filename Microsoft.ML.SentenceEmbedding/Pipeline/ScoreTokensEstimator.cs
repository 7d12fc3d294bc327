using Microsoft.ML.Runtime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Makes a <see cref="ScoreTokensTransformer"/>, which turns a column of token ids into a column of token vectors: the second stage of an embedding.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Vector of [Int64](xref:System.Int64), of variable or known size |
/// | Output column data type | Variable-sized vector of [Single](xref:System.Single) with two dimensions, tokens and the encoder's width |
/// | Required NuGet in addition to Microsoft.ML | Microsoft.ML.SentenceEmbedding |
/// | Exportable to ONNX | No |
/// ]]></format>
/// <para>
/// The ids are those of <see cref="TokenizeSentenceEstimator"/>, special tokens included and without padding. A row gives one vector for each of its ids, one after the
/// other: the encoder's last hidden state. The next stage is <see cref="PoolTokensEstimator"/>.
/// </para>
/// </remarks>
public sealed class ScoreTokensEstimator : IEstimator<ScoreTokensTransformer>
{
    private readonly IHost _host;
    private readonly ColumnMapping _columns;
    private readonly SentenceModel _model;

    internal ScoreTokensEstimator(IHostEnvironment environment, string outputColumnName, string? inputColumnName, SentenceModel? model)
    {
        _host = environment.Register(nameof(ScoreTokensEstimator));
        _model = model ?? SentenceModel.Default;
        _columns = ScoreTokensTransformer.CreateColumns(ColumnName.GetInput(inputColumnName, outputColumnName), ColumnName.Check(outputColumnName), _model);
    }

    /// <summary>Checks the schema and makes the transformer; no row is read.</summary>
    /// <param name="input">Data that has the input column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is not a column of vectors of Int64.</exception>
    public ScoreTokensTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _columns.Bind(_host, input.Schema);
        return new ScoreTokensTransformer(_host, _columns, _model);
    }

    /// <summary>Gives the shape of the schema that the transformer delivers.</summary>
    /// <param name="inputSchema">The shape of the input.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is not a column of vectors of Int64.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _columns.GetOutputSchema(_host, inputSchema);
}
