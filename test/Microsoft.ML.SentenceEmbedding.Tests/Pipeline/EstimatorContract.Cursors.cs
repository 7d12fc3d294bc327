using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <content>What every cursor does.</content>
public abstract partial class EstimatorContract<TItem>
{
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
