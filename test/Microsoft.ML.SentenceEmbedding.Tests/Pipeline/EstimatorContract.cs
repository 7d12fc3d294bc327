using System.Numerics;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>What every estimator of the library has to do, whatever it computes; each has a test class that inherits these tests.</summary>
/// <typeparam name="TItem">The type of the output vectors' values.</typeparam>
public abstract partial class EstimatorContract<TItem>
    where TItem : unmanaged, INumber<TItem>
{
    private protected const string Output = "Output";

    // More than one window: 32 + 64 + 128 + a part of the next.
    private const int RowCount = 300;

    // Rounding differs between batches of different sizes.
    private protected const double Tolerance = 1e-6;

    private static readonly SentenceModel SharedModel = SentenceModel.Load(ModelDirectory);
    private static readonly List<TextRow> Rows = TextData.CreateRows(RowCount);

    private static string ModelDirectory => TinyModels.Directory("bert-mean-normalize");

    private static readonly Lazy<SentenceEncoder> LazyEncoder = new(() => new SentenceEncoder(SharedModel));

    private protected MLContext MLContext { get; } = new(seed: 7);

    /// <summary>Gets the model that estimators are made with.</summary>
    private protected SentenceModel Model { get; private set; } = SharedModel;

    private protected static SentenceEncoder Encoder => LazyEncoder.Value;

    /// <summary>Gets the column that the estimator reads.</summary>
    private protected abstract string Input { get; }

    /// <summary>Gets a column of <see cref="Prepare"/>'s data whose items have the right type, but a scalar where a vector is wanted or a vector where a scalar is.</summary>
    private protected abstract string WrongKindInput { get; }

    /// <summary>Gets what a message says that the input has to be.</summary>
    private protected abstract string ExpectedType { get; }

    private protected abstract IEstimator<ITransformer> CreateEstimator(string outputColumnName, string? inputColumnName);

    /// <summary>Gives the estimators that make the input column of the text.</summary>
    private protected abstract IEstimator<ITransformer> CreatePrefix();

    /// <summary>Computes a text's value without ML.NET.</summary>
    private protected abstract TItem[] Compute(string text);

    private protected abstract long GetComputedRows(ITransformer transformer);

    [TestMethod]
    public void Schema_promised_is_the_schema_delivered()
    {
        IDataView input = Prepare("list");
        IEstimator<ITransformer> estimator = CreateEstimator(Output, Input);

        ITransformer transformer = estimator.Fit(input);
        DataViewSchema delivered = transformer.Transform(input).Schema;

        CollectionAssert.AreEqual(
            SchemaShapes.Describe(estimator.GetOutputSchema(SchemaShapes.Create(input.Schema))), SchemaShapes.Describe(SchemaShapes.Create(delivered)));
        foreach (DataViewSchema other in new[] { transformer.GetOutputSchema(input.Schema), transformer.GetRowToRowMapper(input.Schema).OutputSchema })
        {
            CollectionAssert.AreEqual(delivered.Select(column => column.ToString()).ToArray(), other.Select(column => column.ToString()).ToArray());
        }
    }

    [TestMethod]
    public void Missing_column_is_refused_by_name() => AssertRefused("Nowhere", "Could not find input column 'Nowhere'");

    [TestMethod]
    public void Column_of_another_type_is_refused_with_both_types() =>
        AssertRefused(nameof(TextRow.Time), $"Schema mismatch for input column 'Time': expected {ExpectedType}, got DateTime");

    [TestMethod]
    public void Column_of_the_wrong_kind_is_refused() =>
        AssertRefused(WrongKindInput, $"Schema mismatch for input column '{WrongKindInput}': expected {ExpectedType}, got ");

    [TestMethod]
    public void Empty_column_names_are_refused()
    {
        Assert.AreEqual("outputColumnName", Assert.ThrowsExactly<ArgumentNullException>(() => CreateEstimator(null!, Input)).ParamName, ignoreCase: true);
        Assert.AreEqual("outputColumnName", Assert.ThrowsExactly<ArgumentException>(() => CreateEstimator(string.Empty, Input)).ParamName, ignoreCase: true);
        Assert.AreEqual("inputColumnName", Assert.ThrowsExactly<ArgumentException>(() => CreateEstimator(Output, string.Empty)).ParamName, ignoreCase: true);
    }

    [TestMethod]
    public void Saved_and_loaded_gives_equal_values()
    {
        (ITransformer transformer, IDataView data) = Transform("list");
        TItem[][] expected = [.. data.GetColumn<TItem[]>(Output)];
        IDataView input = Prepare("list");

        ITransformer loaded = SaveAndLoad(transformer, input.Schema);

        TItem[][] actual = [.. loaded.Transform(input).GetColumn<TItem[]>(Output)];
        for (int i = 0; i < RowCount; i++)
        {
            CollectionAssert.AreEqual(expected[i], actual[i]);
        }

        CollectionAssert.AreEqual(
            SchemaShapes.Describe(SchemaShapes.Create(data.Schema)), SchemaShapes.Describe(SchemaShapes.Create(loaded.GetOutputSchema(input.Schema))));
    }

    [TestMethod]
    public void Saved_model_loads_in_a_new_process_without_its_directory()
    {
        string directory = TemporaryFiles.Copy(ModelDirectory);
        Model = SentenceModel.Load(directory);
        string path = TemporaryFiles.CreatePath(".zip");
        IDataView input = MLContext.Data.LoadFromEnumerable(Rows.Take(3));
        MLContext.Model.Save(CreatePrefix().Append(CreateEstimator(Output, Input)).Fit(input), input.Schema, path);
        Directory.Delete(directory, recursive: true);

        double[][] values = TransformProgram.Run(path, Rows.Take(3).Select(row => row.Text));

        Assert.AreEqual(3, values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            AssertEqual(Compute(Rows[i].Text), [.. values[i].Select(TItem.CreateChecked)]);
        }
    }

    [TestMethod]
    public void Prediction_engine_gives_the_same_values_and_computes_each_row_once()
    {
        IDataView input = MLContext.Data.LoadFromEnumerable(Rows);
        var chain = CreatePrefix().Append(CreateEstimator(Output, Input)).Append(MLContext.Transforms.CopyColumns("Copy", Output)).Fit(input);
        using PredictionEngine<TextRow, OutputRow<TItem>> engine = MLContext.Model.CreatePredictionEngine<TextRow, OutputRow<TItem>>(chain);

        foreach (TextRow row in Rows.Take(20))
        {
            AssertEqual(Compute(row.Text), engine.Predict(row).Output);
        }

        Assert.AreEqual(20, GetComputedRows(chain.Skip(chain.Count() - 2).First()));
    }

    [TestMethod]
    public void Row_mapper_depends_on_the_input_column_only_for_its_output()
    {
        IDataView input = Prepare("list");
        IRowToRowMapper mapper = CreateEstimator(Output, Input).Fit(input).GetRowToRowMapper(input.Schema);

        Assert.AreEqual(Input, mapper.GetDependencies([mapper.OutputSchema[Output]]).Single().Name);
        Assert.AreEqual("Id", mapper.GetDependencies([mapper.OutputSchema["Id"]]).Single().Name);
        Assert.IsTrue(CreateEstimator(Output, Input).Fit(input).IsRowToRowMapper);
    }

    [TestMethod]
    public void Disposed_transformer_says_so()
    {
        (ITransformer transformer, IDataView data) = Transform("list");
        ((IDisposable)transformer).Dispose();
        ((IDisposable)transformer).Dispose();

        Assert.ThrowsExactly<ObjectDisposedException>(() => transformer.Transform(data));
        Assert.ThrowsExactly<ObjectDisposedException>(() => transformer.GetRowToRowMapper(data.Schema));
        Assert.ThrowsExactly<ObjectDisposedException>(() => data.GetColumn<TItem[]>(Output).First());
    }

    [TestMethod]
    public void Output_with_the_name_of_the_input_hides_it()
    {
        IDataView input = Prepare("list");
        IDataView data = CreateEstimator(Input, null).Fit(input).Transform(input);

        Assert.AreEqual(input.Schema.Count + 1, data.Schema.Count);
        Assert.IsTrue(data.Schema[input.Schema[Input].Index].IsHidden);
        AssertEqual(Compute(Rows[0].Text), data.GetColumn<TItem[]>(Input).First());
    }

    [TestMethod]
    public void No_rows_give_no_values()
    {
        IDataView input = CreatePrefix().Append(CreateEstimator(Output, Input)).Fit(Prepare("list")).Transform(MLContext.Data.LoadFromEnumerable<TextRow>([]));

        Assert.AreEqual(0, input.GetColumn<TItem[]>(Output).Count());
    }

    private protected static void AssertEqual(TItem[] expected, TItem[] actual)
    {
        Assert.AreEqual(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(double.CreateChecked(expected[i]), double.CreateChecked(actual[i]), Tolerance, $"place {i}");
        }
    }

    /// <summary>Gives the estimator of a column of keys, for data that has nothing else to be prepared.</summary>
    private protected IEstimator<ITransformer> CreateKey() => MLContext.Transforms.Conversion.MapValueToKey("Key", nameof(TextRow.Label), keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue);

    private protected IDataView Prepare(string source)
    {
        IDataView rows = TextData.Open(MLContext, Rows, source);
        return CreatePrefix().Fit(rows).Transform(rows);
    }

    private (ITransformer Transformer, IDataView Data) Transform(string source)
    {
        IDataView input = Prepare(source);
        ITransformer transformer = CreateEstimator(Output, Input).Fit(input);
        return (transformer, transformer.Transform(input));
    }

    private ITransformer SaveAndLoad(ITransformer transformer, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        MLContext.Model.Save(transformer, schema, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }

    private void AssertRefused(string inputColumnName, string message)
    {
        IDataView input = Prepare("list");
        IEstimator<ITransformer> estimator = CreateEstimator(Output, inputColumnName);
        ITransformer transformer = CreateEstimator(Output, Input).Fit(input);
        IDataView renamed = MLContext.Transforms.DropColumns(Input).Append(MLContext.Transforms.CopyColumns(Input, nameof(TextRow.Time))).Fit(input).Transform(input);

        foreach (Action action in new Action[] { () => estimator.GetOutputSchema(SchemaShapes.Create(input.Schema)), () => estimator.Fit(input) })
        {
            ArgumentOutOfRangeException exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(action);
            Assert.AreEqual("inputSchema", exception.ParamName);
            StringAssert.Contains(exception.Message, message);
        }

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => transformer.Transform(renamed));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => transformer.GetOutputSchema(renamed.Schema));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => transformer.GetRowToRowMapper(renamed.Schema));
    }
}
