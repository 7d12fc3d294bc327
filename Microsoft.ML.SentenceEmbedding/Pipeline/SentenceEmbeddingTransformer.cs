using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SentenceEmbedding;

[assembly: LoadableClass(typeof(SentenceEmbeddingTransformer), null, typeof(SignatureLoadModel), "Sentence Embedding", SentenceEmbeddingTransformer.LoaderSignature)]

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Turns a column of texts into a column of sentence vectors; made by <see cref="SentenceEmbeddingEstimator"/> or by loading a model.zip.</summary>
/// <remarks>
/// <para>
/// Saved with <c>mlContext.Model.Save</c>, it carries all files of its model and is loaded anywhere with nothing else.
/// What is wrong with a damaged model.zip is said by the innermost exception that <c>mlContext.Model.Load</c> throws.
/// </para>
/// <para>
/// It may be used by several threads at the same time. The native session is made when the first row is computed, and shared by all
/// transformers and encoders of one <see cref="SentenceModel"/> with the same threads and execution provider; it is freed when the last of them is disposed. A prediction engine disposes its
/// transformer unless it is told not to.
/// </para>
/// <para>
/// Canceling the context stops a pass over the data that is under way, with an <see cref="OperationCanceledException"/>. A pass that begins
/// later is not affected: the models of AutoML's trials have to predict when their trial is over.
/// </para>
/// </remarks>
public sealed class SentenceEmbeddingTransformer : ITransformer, IDisposable
{
    internal const string LoaderSignature = "SentenceEmbedding";
    private const string ModelSignature = "SENTEMBD";

    private readonly IHost _host;
    private readonly ColumnMapping _columns;
    private readonly LazyEncoder _encoder;

    // The memo belongs to the estimator. Data that has been transformed holds it too, but a trained model alone does not.
    private readonly WeakReference<EmbeddingMemo>? _memo;

    internal SentenceEmbeddingTransformer(IHostEnvironment environment, ColumnMapping columns, SentenceModel model, SentenceEncoderOptions? encoderOptions, EmbeddingMemo? memo)
    {
        _host = environment.Register(nameof(SentenceEmbeddingTransformer));
        _columns = columns;
        _encoder = new LazyEncoder(_host, model, encoderOptions, typeof(SentenceEmbeddingTransformer));
        _memo = memo is null ? null : new WeakReference<EmbeddingMemo>(memo);
    }

    /// <summary>Gets the model.</summary>
    public SentenceModel Model => _encoder.Model;

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>Gets the number of texts that this transformer has computed.</summary>
    internal long ComputedRows => _encoder.ComputedRows;

    /// <summary>Gets what the estimator remembers; null if that is nothing, or if the estimator is gone.</summary>
    internal EmbeddingMemo? Memo => _memo is not null && _memo.TryGetTarget(out EmbeddingMemo? memo) ? memo : null;

    /// <summary>Gives the schema with the column of vectors.</summary>
    /// <param name="inputSchema">The schema of the input.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is not a column of texts.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _columns.Bind(_host, inputSchema).OutputSchema;

    /// <summary>Appends the column of vectors; they are computed when they are read.</summary>
    /// <param name="input">The data.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is not a column of texts.</exception>
    /// <exception cref="ObjectDisposedException">The transformer is disposed.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _encoder.ThrowIfDisposed();
        EmbeddingMemo? memo = Memo;
        return new LookAheadDataView<ReadOnlyMemory<char>>(
            _host, input, _columns.Bind(_host, input.Schema), $"Embedding with {Model.Name}", reporter => new EmbeddingComputation(_encoder, memo, reporter));
    }

    /// <summary>Gives the mapper for one row at a time, as prediction engines use it.</summary>
    /// <param name="inputSchema">The schema of the rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is not a column of texts.</exception>
    /// <exception cref="ObjectDisposedException">The transformer is disposed.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        _encoder.ThrowIfDisposed();
        return new ComputedRowMapper<ReadOnlyMemory<char>>(_columns.Bind(_host, inputSchema), () => new EmbeddingComputation(_encoder, memo: null, reporter: null));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        new SavedTransformer(Model, [_columns.Input.Name, _columns.Outputs[0].Name], _encoder.Settings).Save(ctx, ModelSignature, LoaderSignature);

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();

    internal static ColumnMapping CreateColumns(string inputColumnName, string outputColumnName, SentenceModel model, EmbeddingSettings settings)
    {
        var type = new VectorDataViewType(NumberDataViewType.Single, settings.Dimensions);
        return new ColumnMapping(InputColumn.Text(inputColumnName), [new AppendedColumn(outputColumnName, type, settings.IsNormalized, model)]);
    }

    // ML.NET finds the loader of a saved transformer by this name and signature.
    private static SentenceEmbeddingTransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        SavedTransformer saved = SavedTransformer.Load(environment, context, ModelSignature, LoaderSignature, required: 2);
        ColumnMapping columns = CreateColumns(saved.ColumnNames[0]!, saved.ColumnNames[1]!, saved.Model, saved.Settings);
        return new SentenceEmbeddingTransformer(environment, columns, saved.Model, saved.Settings.ToOptions(), memo: null);
    }
}
