using System.Diagnostics;
using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class LookAheadCursorTests
{
    private static readonly SentenceModel Model = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));

    private readonly MLContext _mlContext = new(seed: 1);
    private int _rowsRead;

    [TestMethod]
    public void Windows_double_up_to_a_maximum()
    {
        IDataView data = Embed(ReadRows(20_000, _ => "text"));
        var windows = new List<int>();
        int before = 0;
        foreach (int _ in data.GetColumn<float[]>("Output").Select(_ => _rowsRead))
        {
            if (_rowsRead != before)
            {
                windows.Add(_rowsRead - before);
                before = _rowsRead;
            }
        }

        CollectionAssert.AreEqual(new List<int> { 32, 64, 128, 256, 512, 1024, 2048, 4096, 4096, 4096, 3648 }, windows);
    }

    [TestMethod]
    public void Long_texts_make_small_windows()
    {
        // 10 MB a row: a window of 64 MB is full after seven of them.
        var longText = new string('a', 5_000_000);
        IDataView data = Embed(ReadRows(40, _ => longText));
        int largestLead = 0;
        int row = 0;
        foreach (float[] _ in data.GetColumn<float[]>("Output"))
        {
            largestLead = Math.Max(largestLead, _rowsRead - row++);
        }

        Assert.AreEqual(7, largestLead);
        Assert.AreEqual(40, row);
    }

    [TestMethod]
    public void Objects_of_unknown_size_make_small_windows_and_stay_beside_their_rows()
    {
        IEnumerable<PictureRow> rows = Enumerable.Range(0, 300).Select(i =>
        {
            _rowsRead++;
            return new PictureRow { Text = "text " + i, Picture = new Picture(i) };
        });
        IDataView data = Embed(_mlContext.Data.LoadFromEnumerable(rows));
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        var getPicture = cursor.GetGetter<Picture>(data.Schema["Picture"]);
        var getText = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema["Text"]);
        Picture picture = null!;
        ReadOnlyMemory<char> text = default;
        int largestLead = 0;
        for (int row = 0; cursor.MoveNext(); row++)
        {
            largestLead = Math.Max(largestLead, _rowsRead - row);
            getPicture(ref picture);
            getText(ref text);
            Assert.AreEqual(row, picture.Number);
            Assert.AreEqual("text " + row, text.ToString());
        }

        Assert.AreEqual(300, _rowsRead);
        Assert.IsTrue(largestLead is > 32 and <= 64, $"The cursor was up to {largestLead} rows ahead.");
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1000)]
    public void Memory_does_not_grow_with_the_number_of_rows(int maxCachedTexts)
    {
        // 80,000 kept vectors of 48 numbers would be 15 MB, their texts 5 MB more.
        const long ManagedBound = 4 << 20;
        const long WorkingSetBound = 64 << 20;
        IDataView data = Embed(ReadRows(100_000, i => $"a short text about the number {i} and {i * 7 % 1000}"), maxCachedTexts);
        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema["Output"]]);
        ValueGetter<VBuffer<float>> getOutput = cursor.GetGetter<VBuffer<float>>(data.Schema["Output"]);
        VBuffer<float> vector = default;
        (long Managed, long WorkingSet) early = default;
        int rows = 0;
        for (; rows < 99_999 && cursor.MoveNext(); rows++)
        {
            getOutput(ref vector);
            if (rows == 20_000)
            {
                early = MeasureMemory();
            }
        }

        (long managed, long workingSet) = MeasureMemory();

        Assert.AreEqual(99_999, rows);
        Assert.IsTrue(managed - early.Managed < ManagedBound, $"Managed memory grew by {managed - early.Managed} bytes.");
        Assert.IsTrue(workingSet - early.WorkingSet < WorkingSetBound, $"The working set grew by {workingSet - early.WorkingSet} bytes.");
        ParityReport.Add($"memory from 20,000 to 100,000 rows, memo of {maxCachedTexts}: managed {(managed - early.Managed) / 1024:N0} KB, working set {(workingSet - early.WorkingSet) / 1024:N0} KB more");
    }

    private static (long Managed, long WorkingSet) MeasureMemory()
    {
        long managed = GC.GetTotalMemory(forceFullCollection: true);
        using Process process = Process.GetCurrentProcess();
        return (managed, process.WorkingSet64);
    }

    private IDataView ReadRows(int count, Func<int, string> getText) => _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i =>
    {
        _rowsRead++;
        return new TextOnly { Text = getText(i) };
    }));

    private IDataView Embed(IDataView data, int maxCachedTexts = 100) => _mlContext.Transforms.SentenceEmbedding(new SentenceEmbeddingEstimator.Options
    {
        OutputColumnName = "Output",
        InputColumnName = "Text",
        Model = Model,
        MaxCachedTexts = maxCachedTexts,
    }).Fit(data).Transform(data);

    private sealed class TextOnly
    {
        public string Text { get; set; } = string.Empty;
    }

    private sealed record Picture(int Number);

    private sealed class PictureType() : StructuredDataViewType(typeof(Picture))
    {
        public override bool Equals(DataViewType? other) => other is PictureType;

        public override int GetHashCode() => 1;
    }

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class PictureTypeAttribute : DataViewTypeAttribute
    {
        public override bool Equals(DataViewTypeAttribute? other) => other is PictureTypeAttribute;

        public override int GetHashCode() => 1;

        public override void Register() => DataViewTypeManager.Register(new PictureType(), typeof(Picture), this);
    }

    private sealed class PictureRow
    {
        public string Text { get; set; } = string.Empty;

        [PictureType]
        public Picture Picture { get; set; } = null!;
    }
}
