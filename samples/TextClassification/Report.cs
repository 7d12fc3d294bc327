using Spectre.Console;

namespace TextClassification;

/// <summary>What the sample shows in the terminal.</summary>
internal static class Report
{
    public static void Compare(params ReadOnlySpan<Result> results)
    {
        var table = new Table().Title("Test accuracy").AddColumns("Features", "Accuracy", "Macro-F1", "Seconds");
        foreach (var result in results)
        {
            table.AddRow(result.Name, $"{result.Accuracy:f4}", $"{result.MacroF1:f4}", $"{result.Time.TotalSeconds:f0}");
        }

        AnsiConsole.Write(table);
    }

    public static void Confusions(Result result, int count)
    {
        var table = new Table().Title("Worst confused").AddColumns("Class", "Taken for", "Times");
        foreach (var (actual, predicted, times) in result.WorstConfusions(count))
        {
            table.AddRow(actual, predicted, $"{times:f0}");
        }

        AnsiConsole.Write(table);
    }

    public static void Classify(string question, Answer answer, string[] labels)
    {
        var best = answer.Score.Select((score, index) => (Score: score, Label: labels[index])).OrderByDescending(pair => pair.Score).Take(3);
        AnsiConsole.MarkupLineInterpolated($"[bold]{question}[/]");
        foreach (var (score, label) in best)
        {
            AnsiConsole.MarkupLineInterpolated($"    {score,6:p0}  {label}");
        }
    }

    /// <summary>Reads questions until an empty line or the end of the input.</summary>
    public static IEnumerable<string> Ask()
    {
        AnsiConsole.MarkupLine("Type a question, or nothing to end.");
        while (true)
        {
            AnsiConsole.Markup("[green]>[/] ");
            if (Console.ReadLine() is not { Length: > 0 } question)
            {
                AnsiConsole.WriteLine();
                yield break;
            }

            yield return question;
        }
    }
}
