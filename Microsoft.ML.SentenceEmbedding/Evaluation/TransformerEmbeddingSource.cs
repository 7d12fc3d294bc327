using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>An ML.NET model as the source of an evaluator's vectors: any transformer, or chain of them, that turns a column of texts into a column of vectors.</summary>
/// <remarks>The model gets data that consists of the column of texts only; one that needs another column, such as a label, says so when the source is created.</remarks>
public sealed class TransformerEmbeddingSource : IEmbeddingSource
{
    private readonly MLContext _mlContext = new();
    private readonly ITransformer _transformer;
    private readonly SchemaDefinition _schema;
    private readonly string _outputColumnName;

    /// <summary>Creates a source.</summary>
    /// <param name="transformer">The model.</param>
    /// <param name="inputColumnName">The name of the column of texts that the model reads.</param>
    /// <param name="outputColumnName">The name of the column of vectors of Single that the model gives.</param>
    /// <exception cref="ArgumentException">A name is empty, the model reads a column of another name, or it gives no such column of vectors.</exception>
    public TransformerEmbeddingSource(ITransformer transformer, string inputColumnName, string outputColumnName)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        _transformer = transformer;
        _outputColumnName = ColumnName.Check(outputColumnName);
        _schema = SchemaDefinition.Create(typeof(Row));
        _schema[nameof(Row.Text)].ColumnName = ColumnName.Check(inputColumnName);

        DataViewSchema output = transformer.GetOutputSchema(Open([]).Schema);
        if (output.GetColumnOrNull(outputColumnName) is not { } column)
        {
            throw new ArgumentException(
                $"The model gives no column '{outputColumnName}'; its columns are {string.Join(", ", output.Select(column => $"'{column.Name}'").Distinct())}.", nameof(outputColumnName));
        }

        if (column.Type is not VectorDataViewType { ItemType: NumberDataViewType item } || item != NumberDataViewType.Single)
        {
            throw new ArgumentException($"The model's column '{outputColumnName}' must be a vector of Single to be evaluated; it is {column.Type}.", nameof(outputColumnName));
        }
    }

    /// <inheritdoc/>
    public float[][] Embed(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(texts);
        IDataView output = _transformer.Transform(Open(texts));
        var vectors = new List<float[]>(texts.Count);
        foreach (float[] vector in output.GetColumn<float[]>(_outputColumnName))
        {
            cancellationToken.ThrowIfCancellationRequested();
            vectors.Add(vector);
        }

        return [.. vectors];
    }

    private IDataView Open(IReadOnlyList<string> texts) => _mlContext.Data.LoadFromEnumerable(texts.Select(text => new Row { Text = text }), _schema);

    private sealed class Row
    {
        public string Text { get; set; } = string.Empty;
    }
}
