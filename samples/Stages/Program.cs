// Turns texts into vectors in three stages, shows what each of them gives, and compares with the one-line transform.
//
//     dotnet run -c Release --project samples/Stages
//     dotnet run -c Release --project samples/Stages -- --model bge-small-en-v1.5 "How do I locate my card?"

using Microsoft.ML;
using Microsoft.ML.SentenceEmbedding;
using Spectre.Console;
using Stages;

string? directory = null;
string[] texts = args;
if (texts is ["--model", { Length: > 0 } path, ..])
{
    directory = path;
    texts = texts[2..];
}

// Behind a further "--" a text may begin like an option.
if (texts is ["--", ..])
{
    texts = texts[1..];
}
else if (texts.FirstOrDefault(text => text.StartsWith("--", StringComparison.Ordinal)) is { } option)
{
    Console.Error.WriteLine(option == "--model" ? "--model takes a directory and stands in front of the texts." : $"There is no option {option}.");
    Console.Error.WriteLine("dotnet run -c Release --project samples/Stages [-- [--model DIRECTORY] [TEXT...]]");
    return 2;
}

if (texts.Length == 0)
{
    texts = ["How do I locate my card?", "The café's crème brûlée was unforgettable!", "A woman is playing the guitar, and a man in a hat is listening to her."];
}

try
{
    Run(directory is null ? SentenceModel.Default : SentenceModel.Load(directory), texts);
    return 0;
}
catch (Exception exception) when (exception is ArgumentException or IOException or InvalidDataException or InvalidOperationException or NotSupportedException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

static void Run(SentenceModel model, IReadOnlyList<string> texts)
{
    var mlContext = new MLContext();
    var data = mlContext.Data.LoadFromEnumerable(texts.Select(text => new { Text = text }));

    // Each stage appends a column, which any other part of ML.NET can read or stand in for. The same model in all of them shares one session.
    var pipeline = mlContext.Transforms.TokenizeSentence(nameof(StageRow.Tokens), nameof(StageRow.Text), model)
        .Append(mlContext.Transforms.ScoreTokens(nameof(StageRow.TokenEmbeddings), nameof(StageRow.Tokens), model))
        .Append(mlContext.Transforms.PoolTokens(nameof(StageRow.Features), nameof(StageRow.TokenEmbeddings), model))
        .Append(mlContext.Transforms.SentenceEmbedding(nameof(StageRow.OneLine), nameof(StageRow.Text), model));
    using var stages = pipeline.Fit(data);
    var embedded = stages.Transform(data);
    AnsiConsole.MarkupLineInterpolated($"[bold]{model}[/]");

    // Two ways to look at what stands between the stages: all columns of some rows, or a class with properties for the columns that are wanted.
    Report.Columns(embedded);
    StageRow[] rows = [.. mlContext.Data.CreateEnumerable<StageRow>(embedded, reuseRowObject: false)];
    foreach (var row in rows)
    {
        Report.Stages(row, model.Tokenizer, embedded.Schema);
    }

    AnsiConsole.MarkupLineInterpolated($"\nOver all texts the stages and the one line differ by at most [bold]{rows.Max(row => row.LargestDifference()):0.0e+0}[/].");
}
