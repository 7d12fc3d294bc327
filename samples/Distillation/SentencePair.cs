using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.SentenceEmbedding;

namespace Distillation;

/// <summary>A row of STS-B: two sentences and how similar people find them, from 0 to 5.</summary>
internal sealed class SentencePair
{
    [LoadColumn(0)]
    public string First { get; set; } = "";

    [LoadColumn(1)]
    public string Second { get; set; } = "";

    [LoadColumn(2)]
    public float Score { get; set; }

    /// <summary>Reads a file of the folder data beside the program.</summary>
    public static IReadOnlyList<SentencePair> Read(MLContext mlContext, string file)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "data", file);
        var rows = mlContext.Data.LoadFromTextFile<SentencePair>(path, new TextLoader.Options { Separators = [','], AllowQuoting = true });
        return [.. mlContext.Data.CreateEnumerable<SentencePair>(rows, reuseRowObject: false)];
    }

    /// <summary>Judges a model by how it orders the pairs.</summary>
    public static EmbeddingSimilarityEvaluator Evaluator(string name, IReadOnlyList<SentencePair> pairs)
        => new(name, [.. pairs.Select(pair => pair.First)], [.. pairs.Select(pair => pair.Second)], [.. pairs.Select(pair => (double)pair.Score)]);
}
