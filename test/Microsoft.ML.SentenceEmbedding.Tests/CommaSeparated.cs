using Microsoft.VisualBasic.FileIO;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Reads comma-separated values with quoted fields.</summary>
internal static class CommaSeparated
{
    public static List<string[]> Read(string path)
    {
        using var parser = new TextFieldParser(path) { TrimWhiteSpace = false };
        parser.SetDelimiters(",");
        var rows = new List<string[]>();
        while (parser.ReadFields() is string[] fields)
        {
            rows.Add(fields);
        }

        return rows;
    }
}
