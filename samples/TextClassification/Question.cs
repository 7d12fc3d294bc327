using Microsoft.ML;
using Microsoft.ML.Data;

namespace TextClassification;

/// <summary>A row of the data: a customer's question and its class.</summary>
internal sealed class Question
{
    [LoadColumn(0)]
    public string Text { get; set; } = "";

    [LoadColumn(1)]
    public string Category { get; set; } = "";

    /// <summary>Reads a file of the folder data beside the program.</summary>
    public static IReadOnlyList<Question> Read(MLContext mlContext, string file)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "data", file);
        var options = new TextLoader.Options { HasHeader = true, Separators = [','], AllowQuoting = true, ReadMultilines = true };
        var rows = mlContext.Data.LoadFromTextFile<Question>(path, options);
        return [.. mlContext.Data.CreateEnumerable<Question>(rows, reuseRowObject: false)];
    }
}
