using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SentenceEmbedding;

[assembly: LoadableClass(typeof(TokenizeSentenceTransformer), null, typeof(SignatureLoadModel), "Tokenize Sentence", TokenizeSentenceTransformer.LoaderSignature)]

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Turns a column of texts into a column of token ids; made by <see cref="TokenizeSentenceEstimator"/> or by loading a model.zip.</summary>
/// <remarks>
/// Saved with <c>mlContext.Model.Save</c>, it carries all files of its model; stages of one pipeline that use the same <see cref="SentenceModel"/>
/// store it once. It may be used by several threads at the same time.
/// </remarks>
public sealed class TokenizeSentenceTransformer : ITransformer, IDisposable
{
    internal const string LoaderSignature = "TokenizeSentence";
    private const string ModelSignature = "TOKENSEN";

    private readonly IHost _host;
    private readonly ColumnMapping _columns;
    private readonly IReadOnlyList<TokenColumn> _contents;
    private readonly LazyEncoder _encoder;

    internal TokenizeSentenceTransformer(IHostEnvironment environment, ColumnMapping columns, IReadOnlyList<TokenColumn> contents, SentenceModel model, EmbeddingSettings settings)
    {
        _host = environment.Register(nameof(TokenizeSentenceTransformer));
        _columns = columns;
        _contents = contents;
        _encoder = new LazyEncoder(_host, model, settings.ToOptions(), typeof(TokenizeSentenceTransformer));
    }

    /// <summary>Gets the model.</summary>
    public SentenceModel Model => _encoder.Model;

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>Gets the number of rows that this transformer has computed.</summary>
    internal long ComputedRows => _encoder.ComputedRows;

    /// <summary>Gives the schema with the columns of the tokens.</summary>
    /// <param name="inputSchema">The schema of the input.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is not a column of texts.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _columns.Bind(_host, inputSchema).OutputSchema;

    /// <summary>Appends the columns of the tokens; they are computed when they are read.</summary>
    /// <param name="input">The data.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is not a column of texts.</exception>
    /// <exception cref="ObjectDisposedException">The transformer is disposed.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _encoder.ThrowIfDisposed();
        return new LookAheadDataView<ReadOnlyMemory<char>>(
            _host, input, _columns.Bind(_host, input.Schema), $"Tokenizing for {Model.Name}", reporter => new TokenComputation(_encoder, _contents, reporter));
    }

    /// <summary>Gives the mapper for one row at a time, as prediction engines use it.</summary>
    /// <param name="inputSchema">The schema of the rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is not a column of texts.</exception>
    /// <exception cref="ObjectDisposedException">The transformer is disposed.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        _encoder.ThrowIfDisposed();
        return new ComputedRowMapper<ReadOnlyMemory<char>>(_columns.Bind(_host, inputSchema), () => new TokenComputation(_encoder, _contents, reporter: null));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        new SavedTransformer(Model, [_columns.Input.Name, GetName(TokenColumn.InputIds), GetName(TokenColumn.AttentionMask), GetName(TokenColumn.TokenTypeIds)], _encoder.Settings)
            .Save(ctx, ModelSignature, LoaderSignature);

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();

    internal static (ColumnMapping Columns, IReadOnlyList<TokenColumn> Contents) CreateColumns(
        string inputColumnName, string outputColumnName, string? attentionMaskColumnName, string? tokenTypeIdsColumnName)
    {
        (string? Name, TokenColumn Content)[] columns =
        [
            (outputColumnName, TokenColumn.InputIds),
            (attentionMaskColumnName, TokenColumn.AttentionMask),
            (tokenTypeIdsColumnName, TokenColumn.TokenTypeIds),
        ];
        columns = Array.FindAll(columns, column => column.Name is not null);
        if (columns.DistinctBy(column => column.Name).Count() < columns.Length)
        {
            throw new ArgumentException($"The output columns have to have different names; given are {string.Join(", ", columns.Select(column => column.Name))}.");
        }

        var type = new VectorDataViewType(NumberDataViewType.Int64);
        var mapping = new ColumnMapping(InputColumn.Text(inputColumnName), [.. columns.Select(column => new AppendedColumn(column.Name!, type))]);
        return (mapping, [.. columns.Select(column => column.Content)]);
    }

    // ML.NET finds the loader of a saved transformer by this name and signature.
    private static TokenizeSentenceTransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        SavedTransformer saved = SavedTransformer.Load(environment, context, ModelSignature, LoaderSignature, required: 2, optional: 2);
        (ColumnMapping columns, IReadOnlyList<TokenColumn> contents) =
            CreateColumns(saved.ColumnNames[0]!, saved.ColumnNames[1]!, saved.ColumnNames[2], saved.ColumnNames[3]);
        return new TokenizeSentenceTransformer(environment, columns, contents, saved.Model, saved.Settings);
    }

    private string? GetName(TokenColumn content)
    {
        int index = _contents.ToList().IndexOf(content);
        return index < 0 ? null : _columns.Outputs[index].Name;
    }
}
