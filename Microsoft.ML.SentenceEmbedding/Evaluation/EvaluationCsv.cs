using System.Globalization;
using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Writes evaluators' results into comma-separated files with the names, columns, and rows of those that sentence-transformers writes.</summary>
/// <remarks>
/// A log is written whole and replaces the file at once, so that a training that was resumed repeats no row and a reader never sees half a file.
/// Another evaluator than this library's gets a file "Name_results.csv" with its metrics under their own names.
/// </remarks>
public static class EvaluationCsv
{
    /// <summary>Gives the name of an evaluator's file, such as "similarity_evaluation_sts-dev_results.csv".</summary>
    /// <param name="evaluator">The evaluator.</param>
    /// <exception cref="ArgumentException">The evaluator's name holds a character that a file's name cannot have.</exception>
    public static string FileName(ISentenceEvaluator evaluator)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        string name = evaluator.Name;
        if (name.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 || name.AsSpan().IndexOfAny('/', '\\') >= 0)
        {
            throw new ArgumentException($"The evaluator's name '{name}' holds a character that a file's name cannot have.", nameof(evaluator));
        }

        string suffix = name.Length > 0 ? "_" + name : string.Empty;
        return evaluator switch
        {
            EmbeddingSimilarityEvaluator => $"similarity_evaluation{suffix}_results.csv",
            MseEvaluator => $"mse_evaluation_{name}_results.csv",
            InformationRetrievalEvaluator => $"Information-Retrieval_evaluation{suffix}_results.csv",
            _ => name.Length > 0 ? $"{name}_results.csv" : "results.csv",
        };
    }

    /// <summary>Writes an evaluator's whole log and replaces the file if there is one.</summary>
    /// <param name="directory">The directory, which is created if need be.</param>
    /// <param name="evaluator">The evaluator whose metrics they are.</param>
    /// <param name="rows">The evaluations in their order, at least one: the number of passes over the data, the number of steps, and the metrics; -1 for an epoch or steps that there are none of.</param>
    /// <returns>The file's path.</returns>
    /// <exception cref="ArgumentException">There are no rows, two rows have different metrics, or the evaluator's name holds a character that a file's name cannot have.</exception>
    /// <exception cref="IOException">The file cannot be written; the one that was there is as it was.</exception>
    public static string Write(string directory, ISentenceEvaluator evaluator, IReadOnlyList<(double Epoch, int Steps, SentenceMetrics Metrics)> rows)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentNullException.ThrowIfNull(rows);
        string path = Path.Combine(directory, FileName(evaluator));
        if (rows.Count == 0)
        {
            throw new ArgumentException("There are no rows, and with them no columns.", nameof(rows));
        }

        IReadOnlyList<EvaluationColumn> columns = EvaluationColumn.Of(evaluator, rows[0].Metrics);

        // Python's csv module ends lines so; the file of retrieval is written by hand there.
        string newLine = evaluator is InformationRetrievalEvaluator ? "\n" : "\r\n";
        var text = new StringBuilder();
        text.AppendJoin(',', columns.Select(column => column.Heading).Prepend("steps").Prepend("epoch")).Append(newLine);
        foreach (var (epoch, steps, metrics) in rows)
        {
            if (!metrics.Names.SequenceEqual(rows[0].Metrics.Names))
            {
                throw new ArgumentException($"A row has the metrics {string.Join(", ", metrics.Names)}; the first one has {string.Join(", ", rows[0].Metrics.Names)}.", nameof(rows));
            }

            text.Append(epoch == -1 ? "-1" : Number(epoch)).Append(',').Append(CultureInfo.InvariantCulture, $"{steps}");
            foreach (EvaluationColumn column in columns)
            {
                text.Append(',').Append(Number(column.Sign * metrics[column.Metric]));
            }

            text.Append(newLine);
        }

        Replace(path, text.ToString());
        return path;
    }

    /// <summary>Gives a number as Python writes it: 0.5, 1.0, 1e-05, nan.</summary>
    private static string Number(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return value switch
        {
            double.NaN => "nan",
            double.PositiveInfinity => "inf",
            double.NegativeInfinity => "-inf",
            _ => text.Contains('E') ? text.Replace('E', 'e') : text.Contains('.') ? text : text + ".0",
        };
    }

    private static void Replace(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream file = File.Create(temporary))
            {
                file.Write(Encoding.UTF8.GetBytes(text));
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            // Only there if something failed.
            File.Delete(temporary);
        }
    }
}
