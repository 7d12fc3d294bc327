using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Small made-up data: three classes of texts that their words tell apart, each text different from all others.</summary>
internal static class TextData
{
    /// <summary>The names of the sources that <see cref="Open"/> knows.</summary>
    public static readonly string[] Sources = ["list", "stream", "cache", "binary", "text", "take and skip", "filter", "shuffled"];

    private static readonly int[] CursorCounts = [0, 1, 4];
    private static readonly bool[] ShuffledOrNot = [false, true];

    private static readonly string[][] Words = [["good", "fine", "nice", "great", "lovely"], ["bad", "awful", "poor", "sad", "grim"], ["plain", "usual", "okay", "middling", "so"]];

    /// <summary>Gets every way to read: the source, the number of cursors of a set or 0 for a single cursor, and whether to shuffle.</summary>
    public static IEnumerable<object[]> Cursors =>
        from source in Sources
        from cursors in CursorCounts
        from isShuffled in ShuffledOrNot
        select new object[] { source, cursors, isShuffled };

    /// <summary>Makes rows whose Id is their place.</summary>
    public static List<TextRow> CreateRows(int count)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(id => new TextRow
        {
            Id = id,
            Text = string.Join(' ', Enumerable.Range(0, 1 + random.Next(6)).Select(_ => Words[id % 3][random.Next(5)])) + " " + id,
            Label = "class" + (id % 3),
            IsFirstClass = id % 3 == 0,
            Number = id,
            Vector = [id, 2 * id, 3 * id],
            Words = ["a" + id, "b" + id],
            Time = new DateTime(2020, 1, 1).AddMinutes(id),
        })];
    }

    /// <summary>Serves the rows in one of several ways.</summary>
    public static IDataView Open(MLContext mlContext, List<TextRow> rows, string source)
    {
        IDataView list = mlContext.Data.LoadFromEnumerable(rows);
        return source switch
        {
            "list" => list,
            "stream" => mlContext.Data.LoadFromEnumerable(rows.Where(_ => true)),
            "cache" => mlContext.Data.Cache(list),
            "binary" => OpenBinary(mlContext, list),
            "text" => OpenText(mlContext, list),
            "take and skip" => mlContext.Data.SkipRows(mlContext.Data.TakeRows(list, rows.Count - 10), 20),
            "filter" => mlContext.Data.FilterByCustomPredicate<TextRow>(list, row => row.Id % 7 == 0),
            "shuffled" => mlContext.Data.ShuffleRows(list, seed: 5),
            _ => throw new ArgumentOutOfRangeException(nameof(source), source, null),
        };
    }

    private static IDataView OpenBinary(MLContext mlContext, IDataView list)
    {
        string path = TemporaryFiles.CreatePath(".idv");
        using (FileStream file = File.Create(path))
        {
            mlContext.Data.SaveAsBinary(list, file);
        }

        return mlContext.Data.LoadFromBinary(path);
    }

    private static IDataView OpenText(MLContext mlContext, IDataView list)
    {
        string path = TemporaryFiles.CreatePath(".tsv");
        using (FileStream file = File.Create(path))
        {
            mlContext.Data.SaveAsText(list, file, schema: false);
        }

        return mlContext.Data.LoadFromTextFile(path, new TextLoader.Options
        {
            HasHeader = true,
            AllowQuoting = true,
            Columns =
            [
                new(nameof(TextRow.Id), DataKind.Int32, 0),
                new(nameof(TextRow.Text), DataKind.String, 1),
                new(nameof(TextRow.Label), DataKind.String, 2),
                new(nameof(TextRow.IsFirstClass), DataKind.Boolean, 3),
                new(nameof(TextRow.Number), DataKind.Single, 4),
                new(nameof(TextRow.Vector), DataKind.Single, 5, 7),
                new(nameof(TextRow.Words), DataKind.String, 8, 9),
                new(nameof(TextRow.Time), DataKind.DateTime, 10),
            ],
        });
    }
}
