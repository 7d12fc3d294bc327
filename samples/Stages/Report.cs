using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Tokenizers;
using Spectre.Console;

namespace Stages;

/// <summary>What the sample shows in the terminal.</summary>
internal static class Report
{
    private const int ShownNumbers = 4;

    /// <summary>Shows the columns of the data and what the first row has in them.</summary>
    public static void Columns(IDataView data)
    {
        var table = new Table().Title("The first row in Preview").AddColumns("Column", "Type", "Value");
        foreach (var column in data.Preview(maxRows: 1).ColumnView)
        {
            table.AddRow(Markup.Escape(column.Column.Name), Markup.Escape($"{column.Column.Type}"), Markup.Escape($"{column.Values[0]}"));
        }

        AnsiConsole.Write(table);
    }

    /// <summary>Shows what each stage gives for a text, and below it what the one-line transform gives.</summary>
    public static void Stages(StageRow row, Tokenizer tokenizer, DataViewSchema schema)
    {
        // The column's type has the length of a token's vector; how many tokens there are differs from row to row.
        int width = ((VectorDataViewType)schema[nameof(StageRow.TokenEmbeddings)].Type).Dimensions[^1];
        var pieces = row.Tokens.Select(id => $"{Markup.Escape(tokenizer.Decode([(int)id]))} [grey]{id}[/]");
        AnsiConsole.MarkupLineInterpolated($"\n[bold]{row.Text}[/]");
        AnsiConsole.Write(new Table().AddColumns("Stage", "Shape", "Values")
            .AddRow("TokenizeSentence", $"{row.Tokens.Length}", string.Join("  ", pieces))
            .AddRow("ScoreTokens", $"{row.TokenEmbeddings.Length / width} x {width}", FirstNumbers(row.TokenEmbeddings))
            .AddRow("PoolTokens", $"{row.Features.Length}", FirstNumbers(row.Features))
            .AddRow("SentenceEmbedding", $"{row.OneLine.Length}", FirstNumbers(row.OneLine)));
        AnsiConsole.MarkupLineInterpolated($"The largest difference between the last two is {row.LargestDifference():0.0e+0}.");
    }

    private static string FirstNumbers(float[] values) => string.Join(" ", values.Take(ShownNumbers).Select(value => $"{value,9:f6}")) + " ...";
}
