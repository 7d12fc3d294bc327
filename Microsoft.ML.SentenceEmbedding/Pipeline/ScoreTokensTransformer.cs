using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SentenceEmbedding;

[assembly: LoadableClass(typeof(ScoreTokensTransformer), null, typeof(SignatureLoadModel), "Score Tokens", ScoreTokensTransformer.LoaderSignature)]

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Turns a column of token ids into a column of token vectors; made by <see cref="ScoreTokensEstimator"/> or by loading a model.zip.</summary>
/// <remarks>
/// <para>A row without ids, with more than the model reads, or with an id that the model does not have gives an <see cref="InvalidOperationException"/> when it, or a row that is computed together with it, is read.</para>
/// <para>
/// Saved with <c>mlContext.Model.Save</c>, it carries all files of its model; stages of one pipeline that use the same <see cref="SentenceModel"/>
/// store it once. It may be used by several threads at the same time.
/// </para>
/// </remarks>
public sealed class ScoreTokensTransformer : ITransformer, IDisposable
{
    internal const string LoaderSignature = "ScoreTokens";
    private const string ModelSignature = "SCORETOK";

    private readonly IHost _host;
    private readonly ColumnMapping _columns;
    private readonly LazyEncoder _encoder;

    internal ScoreTokensTransformer(IHostEnvironment environment, ColumnMapping columns, SentenceModel model)
    {
        _host = environment.Register(nameof(ScoreTokensTransformer));
        _columns = columns;
        _encoder = new LazyEncoder(_host, model, options: null, typeof(ScoreTokensTransformer));
    }

    /// <summary>Gets the model.</summary>
    public SentenceModel Model => _encoder.Model;

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>Gets the number of rows that this transformer has computed.</summary>
    internal long ComputedRows => _encoder.ComputedRows;

    /// <summary>Gives the schema with the column of token vectors.</summary>
    /// <param name="inputSchema">The schema of the input.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is not a column of vectors of Int64.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _columns.Bind(_host, inputSchema).OutputSchema;

    /// <summary>Appends the column of token vectors; they are computed when they are read.</summary>
    /// <param name="input">The data.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is not a column of vectors of Int64.</exception>
    /// <exception cref="ObjectDisposedException">The transformer is disposed.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _encoder.ThrowIfDisposed();
        return new LookAheadDataView<VBuffer<long>>(_host, input, _columns.Bind(_host, input.Schema), $"Scoring tokens with {Model.Name}", CreateComputation);
    }

    /// <summary>Gives the mapper for one row at a time, as prediction engines use it.</summary>
    /// <param name="inputSchema">The schema of the rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is not a column of vectors of Int64.</exception>
    /// <exception cref="ObjectDisposedException">The transformer is disposed.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        _encoder.ThrowIfDisposed();
        return new ComputedRowMapper<VBuffer<long>>(_columns.Bind(_host, inputSchema), () => CreateComputation(reporter: null));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        new SavedTransformer(Model, [_columns.Input.Name, _columns.Outputs[0].Name], _encoder.Settings).Save(ctx, ModelSignature, LoaderSignature);

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();

    internal static ColumnMapping CreateColumns(string inputColumnName, string outputColumnName, SentenceModel model)
    {
        // The number of tokens differs from row to row: 0 is ML.NET's way to say so.
        var type = new VectorDataViewType(NumberDataViewType.Single, 0, model.TokenDimensions);
        return new ColumnMapping(InputColumn.Vector(inputColumnName, NumberDataViewType.Int64), [new AppendedColumn(outputColumnName, type)]);
    }

    // ML.NET finds the loader of a saved transformer by this name and signature.
    private static ScoreTokensTransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        SavedTransformer saved = SavedTransformer.Load(environment, context, ModelSignature, LoaderSignature, required: 2);
        return new ScoreTokensTransformer(environment, CreateColumns(saved.ColumnNames[0]!, saved.ColumnNames[1]!, saved.Model), saved.Model);
    }

    private TokenVectorComputation CreateComputation(PassReporter? reporter) => new(_host, _encoder, _columns.Input.Name, reporter);
}
