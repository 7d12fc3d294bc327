using System.Numerics;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>What every estimator of the library has to do, whatever it computes; each has a test class that inherits these tests.</summary>
/// <typeparam name="TItem">The type of the output vectors' values.</typeparam>
public abstract class EstimatorContract<TItem>
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
    public void Nothing_is_computed_before_a_value_is_read()
    {
        (ITransformer transformer, IDataView data) = Transform("list");
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        var getId = cursor.GetGetter<int>(data.Schema["Id"]);
        ValueGetter<VBuffer<TItem>> getOutput = cursor.GetGetter<VBuffer<TItem>>(data.Schema[Output]);
        int id = 0;
        for (int i = 0; i < 5; i++)
        {
            cursor.MoveNext();
            getId(ref id);
        }

        Assert.AreEqual(0, GetComputedRows(transformer));

        VBuffer<TItem> value = default;
        getOutput(ref value);

        Assert.AreEqual(LookAheadCursor<int>.FirstWindowRows, GetComputedRows(transformer));
    }

    [TestMethod]
    public void Nothing_is_computed_when_the_output_is_not_asked_for()
    {
        (ITransformer transformer, IDataView data) = Transform("list");

        Assert.AreEqual(RowCount, data.GetColumn<int>("Id").Count());
        Assert.AreEqual(RowCount, data.GetColumn<string>("Text").Count());

        Assert.AreEqual(0, GetComputedRows(transformer));
    }

    [TestMethod]
    public void A_few_rows_compute_one_small_window()
    {
        (ITransformer transformer, IDataView data) = Transform("list");

        Assert.AreEqual(3, MLContext.Data.TakeRows(data, 3).GetColumn<TItem[]>(Output).Count());

        Assert.AreEqual(LookAheadCursor<int>.FirstWindowRows, GetComputedRows(transformer));
    }

    [TestMethod]
    [DynamicData(nameof(TextData.Cursors), typeof(TextData))]
    public void Every_cursor_keeps_values_beside_their_rows(string source, int cursors, bool isShuffled)
    {
        IDataView input = Prepare(source);
        ITransformer transformer = CreateEstimator(Output, Input).Fit(input);
        IDataView data = transformer.Transform(input);
        Random? random = isShuffled && data.CanShuffle ? new Random(1) : null;
        int expectedRows = input.GetColumn<int>("Id").Count();

        var rows = new List<ReadRow>();
        Parallel.ForEach(
            cursors == 0 ? [data.GetRowCursor(data.Schema, random)] : data.GetRowCursorSet(data.Schema, cursors, random),
            cursor =>
            {
                List<ReadRow> read = ReadAll(cursor);
                lock (rows)
                {
                    rows.AddRange(read);
                }
            });

        Assert.AreEqual(expectedRows, rows.Count);
        Assert.AreEqual(expectedRows, rows.DistinctBy(row => row.Id).Count());
        Assert.AreEqual(expectedRows, rows.DistinctBy(row => row.RowId).Count());
        Assert.AreEqual(expectedRows, GetComputedRows(transformer));
        if (source != "shuffled" && random is null)
        {
            // Batches give the order back to the rows of parallel cursors, and the source's row ids are kept.
            int[] ids = [.. rows.OrderBy(row => row.Batch).Select(row => row.Id)];
            CollectionAssert.AreEqual(ids.Order().ToArray(), ids);
            CollectionAssert.AreEqual(ReadRowIds(input), rows.OrderBy(row => row.Id).Select(row => row.RowId).ToArray());
        }
    }

    [TestMethod]
    public void Cursor_is_nowhere_before_the_first_row_and_after_the_last()
    {
        (_, IDataView data) = Transform("list");
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        ValueGetter<VBuffer<TItem>> getOutput = cursor.GetGetter<VBuffer<TItem>>(data.Schema[Output]);
        VBuffer<TItem> value = default;

        Assert.AreEqual(-1, cursor.Position);
        Assert.ThrowsExactly<InvalidOperationException>(() => getOutput(ref value));
        int rows = 0;
        while (cursor.MoveNext())
        {
            Assert.AreEqual(rows++, cursor.Position);
        }

        Assert.AreEqual(RowCount, rows);
        Assert.AreEqual(-1, cursor.Position);
        Assert.IsFalse(cursor.MoveNext());
        Assert.ThrowsExactly<InvalidOperationException>(() => getOutput(ref value));
    }

    [TestMethod]
    public void Getters_of_another_type_and_of_inactive_columns_are_refused()
    {
        (_, IDataView data) = Transform("list");
        DataViewSchema.Column output = data.Schema[Output];
        using DataViewRowCursor all = data.GetRowCursor(data.Schema);
        using DataViewRowCursor one = data.GetRowCursor([data.Schema["Id"]]);

        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => all.GetGetter<DateTime>(output)).Message, Output);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => all.GetGetter<DateTime>(data.Schema["Id"])).Message, "Id");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => one.GetGetter<VBuffer<TItem>>(output)).Message, Output);
        Assert.IsTrue(all.IsColumnActive(output));
        Assert.IsFalse(one.IsColumnActive(output));
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

        double[][] values = ChildProcess.Run(path, [.. Rows.Take(3).Select(row => row.Text)]);

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

    private static DataViewRowId[] ReadRowIds(IDataView data)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema["Id"]]);
        ValueGetter<DataViewRowId> getRowId = cursor.GetIdGetter();
        var ids = new List<DataViewRowId>();
        while (cursor.MoveNext())
        {
            DataViewRowId id = default;
            getRowId(ref id);
            ids.Add(id);
        }

        return [.. ids];
    }

    private List<ReadRow> ReadAll(DataViewRowCursor cursor)
    {
        using DataViewRowCursor _ = cursor;
        DataViewSchema schema = cursor.Schema;
        var getId = cursor.GetGetter<int>(schema["Id"]);
        var getText = cursor.GetGetter<ReadOnlyMemory<char>>(schema["Text"]);
        var getOutput = cursor.GetGetter<VBuffer<TItem>>(schema[Output]);
        var getVector = cursor.GetGetter<VBuffer<float>>(schema["Vector"]);
        var getWords = cursor.GetGetter<VBuffer<ReadOnlyMemory<char>>>(schema["Words"]);
        var getTime = cursor.GetGetter<DateTime>(schema["Time"]);
        var getKey = cursor.GetGetter<uint>(schema["Key"]);
        ValueGetter<DataViewRowId> getRowId = cursor.GetIdGetter();
        int id = 0;
        ReadOnlyMemory<char> text = default;
        VBuffer<TItem> output = default;
        VBuffer<float> vector = default;
        VBuffer<ReadOnlyMemory<char>> words = default;
        DateTime time = default;
        uint key = 0;
        DataViewRowId rowId = default;
        var rows = new List<ReadRow>();
        while (cursor.MoveNext())
        {
            Assert.AreEqual(rows.Count, cursor.Position);
            getOutput(ref output);
            getId(ref id);
            getText(ref text);
            getVector(ref vector);
            getWords(ref words);
            getTime(ref time);
            getKey(ref key);
            getRowId(ref rowId);
            rows.Add(new ReadRow(id, cursor.Batch, rowId));

            TextRow row = Rows[id];
            AssertEqual(Compute(row.Text), [.. output.DenseValues()]);
            Assert.AreEqual(row.Text, text.ToString());
            CollectionAssert.AreEqual(row.Vector, vector.DenseValues().ToArray());
            CollectionAssert.AreEqual(row.Words, words.DenseValues().Select(word => word.ToString()).ToArray());
            Assert.AreEqual(row.Time, time);
            Assert.AreEqual((uint)(1 + "012".IndexOf(row.Label[^1])), key);
        }

        return rows;
    }

    private sealed record ReadRow(int Id, long Batch, DataViewRowId RowId);
}
