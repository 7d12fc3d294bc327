using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Writes the README.md of a distilled student: Markdown with the sections and tables of the cards that sentence-transformers makes.</summary>
internal sealed class ModelCard
{
    private const string Missing = "-";

    private readonly DistillationResult _result;
    private readonly DistillationOptions _options;
    private readonly string _baseModel;
    private readonly string? _license;
    private readonly TextLengths? _lengths;
    private readonly DistillationEvaluation? _saved;
    private readonly IReadOnlyList<ModelCardResult> _results;
    private readonly MarkdownWriter _card = new();

    private ModelCard(DistillationResult result, DistillationOptions options, string baseModel, string? license, TextLengths? lengths)
    {
        _result = result;
        _options = options;
        _baseModel = baseModel;
        _license = license;
        _lengths = lengths;

        _saved = result.Log.FirstOrDefault(row => row.Step == result.BestStep);
        _results = ModelCardResult.All(options.Evaluators, _saved?.Metrics ?? []);
    }

    /// <summary>Writes the card.</summary>
    /// <param name="result">The trained student.</param>
    /// <param name="options">How it was trained, with the evaluators whose metrics are in the result's log.</param>
    /// <param name="baseModel">The model that the student was made from, as the hub calls it if it is there.</param>
    /// <param name="license">The base model's license, as the hub abbreviates it, or null where it is not known.</param>
    /// <param name="lengths">The lengths of the texts, or null to leave them out.</param>
    public static string Write(DistillationResult result, DistillationOptions options, string baseModel, string? license = null, TextLengths? lengths = null)
        => new ModelCard(result, options, baseModel, license, lengths).Write();

    private string Write()
    {
        _card.Block([.. ModelCardFrontMatter.Write(_result.Student.Name, _baseModel, _license, _result.Texts, _results)]);
        WriteDetails();
        WriteUsage();
        if (_results.Count > 0)
        {
            WriteEvaluation();
        }

        WriteTraining();
        WriteLogs();
        WriteVersions();
        WriteCitation();
        return _card.ToString();
    }

    private void WriteDetails()
    {
        SentenceModel student = _result.Student;
        string baseModel = MarkdownWriter.Escape(_baseModel);
        string origin = _baseModel.Contains('/') ? $"[{baseModel}](https://huggingface.co/{Uri.EscapeDataString(_baseModel).Replace("%2F", "/", StringComparison.Ordinal)})" : baseModel;
        _card.Heading(1, MarkdownWriter.Escape(student.Name));
        _card.Block(Text($"A [sentence-transformers](https://www.sbert.net) model that was distilled from {origin}: trained until its vectors were close to those of its teacher."),
            Text($"It turns a sentence or a short paragraph into {student.Dimensions} numbers, for semantic search, similarity, classification, and clustering."));

        _card.Heading(2, "Model Details");
        _card.Heading(3, "Model Description");
        List<string> items =
        [
            "- **Model Type:** Sentence Transformer",
            $"- **Base model:** {origin}",
            Text($"- **Encoder Layers:** {student.Encoder.Layers}"),
            Text($"- **Maximum Sequence Length:** {student.MaximumTokens} tokens"),
            Text($"- **Output Dimensionality:** {student.Dimensions} dimensions"),
            $"- **Similarity Function:** {SimilarityName(student.SimilarityFunction)}",
        ];
        if (_license is not null)
        {
            items.Add($"- **License:** {MarkdownWriter.Escape(_license)}");
        }

        _card.Block([.. items]);
        _card.Heading(3, "Full Model Architecture");
        _card.Code(string.Empty, [.. ModelArchitecture.Describe(student)]);
    }

    private void WriteUsage()
    {
        // Python and C# both read the string literals of JSON.
        string name = $"\"{JsonEncodedText.Encode(_result.Student.Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
        _card.Heading(2, "Usage");
        _card.Block("The name in the examples is the path of the directory that this card lies in.");
        _card.Heading(3, "Python (sentence-transformers)");
        _card.Code("python",
            "from sentence_transformers import SentenceTransformer",
            string.Empty,
            $"model = SentenceTransformer({name})",
            "embeddings = model.encode([\"How do I get a new card?\", \"My card was stolen.\", \"The soup is too hot.\"])",
            Text($"print(embeddings.shape)  # (3, {_result.Student.Dimensions})"),
            "print(model.similarity(embeddings, embeddings))");
        _card.Heading(3, "C# (ML.NET)");
        _card.Code("csharp",
            "using Microsoft.ML;",
            string.Empty,
            "var mlContext = new MLContext();",
            $"var pipeline = mlContext.Transforms.SentenceEmbedding(\"Features\", \"Text\", modelPath: {name});");
    }

    private void WriteEvaluation()
    {
        _card.Heading(2, "Evaluation");
        _card.Heading(3, "Metrics");

        // Data sets that the same evaluator judged share a table, as in Python's cards.
        foreach (var group in _results.GroupBy(result => (result.Task, result.Evaluator, Metrics: string.Join(' ', result.Metrics.Names))))
        {
            ModelCardResult[] results = [.. group];
            SentenceMetrics first = results[0].Metrics;
            _card.Heading(4, group.Key.Task);
            string names = string.Join(", ", results.Where(result => result.Name.Length > 0).Select(result => MarkdownWriter.Escape(result.Name)));
            _card.Block([.. names.Length > 0 ? [$"* Data: {names}"] : Array.Empty<string>(), $"* Evaluated with `{group.Key.Evaluator}`"]);
            _card.Table(
                results.Length == 1 ? ["Metric", "Value"] : ["Metric", .. results.Select(result => MarkdownWriter.Escape(result.Name))],
                first.Names.Select(metric => Row([MarkdownWriter.Escape(metric), .. results.Select(result => Number(result.Metrics[metric]))], bold: metric == first.PrimaryMetric)));
        }
    }

    private void WriteTraining()
    {
        _card.Heading(2, "Training Details");
        _card.Heading(3, "Training Dataset");
        List<string> items = [Text($"* Size: {_result.Texts:N0} texts"), "* Columns: text and label, the teacher's vector of the text"];
        if (_result.ValidationTexts > 0)
        {
            items.Add(Text($"* Kept apart for the validation loss: {_result.ValidationTexts:N0} texts"));
        }

        items.Add("* Loss: [MSELoss](https://sbert.net/docs/package_reference/sentence_transformer/losses.html#mseloss), the mean squared difference of all numbers");
        _card.Block([.. items]);
        string size = Text($"{_result.Student.Dimensions} numbers");
        _card.Table(["", "text", "label"], _lengths is { } lengths
            ? [["type", "string", "list"], ["min", Text($"{lengths.Minimum} tokens"), size], ["mean", Text($"{lengths.Mean:F2} tokens"), size], ["max", Text($"{lengths.Maximum} tokens"), size]]
            : [["type", "string", "list"], ["size", Missing, size]]);

        _card.Heading(3, "Training Hyperparameters");
        if (ModelCardHyperparameters.NonDefault(_options) is { Count: > 0 } changed)
        {
            _card.Heading(4, "Non-Default Hyperparameters");
            _card.Block([.. changed.Select(Item)]);
        }

        _card.Heading(4, "All Hyperparameters");
        _card.Block("<details><summary>Show all</summary>");
        _card.Block([.. ModelCardHyperparameters.All(_options).Select(Item)]);
        _card.Block("</details>");
        static string Item(KeyValuePair<string, string> hyperparameter) => $"- `{hyperparameter.Key}`: {hyperparameter.Value}";
    }

    private void WriteLogs()
    {
        if (_result.Log.Count > 0)
        {
            _card.Heading(3, "Training Logs");
            _card.Table(
                ["Epoch", "Step", "Training Loss", "Validation Loss", .. _options.Evaluators.Select(evaluator => MarkdownWriter.Escape(evaluator.Name.Length > 0 ? $"{evaluator.Name}_{evaluator.PrimaryMetric}" : evaluator.PrimaryMetric))],
                _result.Log.Select(LogRow));
            if (_saved is not null)
            {
                _card.Block("The bold row is the state that was saved.");
            }
        }

        _card.Heading(3, "Training Time");
        string end = _result.Canceled ? Text($", ended early after step {_result.Steps} of {_result.TotalSteps}") : Text($", {_result.Steps} steps");
        _card.Block(Text($"{(int)_result.TrainingTime.TotalHours}:{_result.TrainingTime:mm\\:ss} hours without evaluations{end}."));
    }

    private IReadOnlyList<string> LogRow(DistillationEvaluation row)
    {
        IEnumerable<string> metrics = _options.Evaluators.Select((_, index) => index < row.Metrics.Count ? Number(row.Metrics[index].PrimaryValue) : Missing);
        return Row([Number(row.Epoch), Text($"{row.Step}"), Loss(row.TrainingLoss), Loss(row.ValidationLoss), .. metrics], bold: row == _saved);
    }

    private void WriteVersions()
    {
        _card.Heading(3, "Framework Versions");
        _card.Block(
            $"- Microsoft.ML.SentenceEmbedding: {Version(typeof(ModelCard).Assembly)}",
            $"- ML.NET: {Version(typeof(MLContext).Assembly)}",
            $"- ONNX Runtime: {OrtEnv.Instance().GetVersionString()}",
            $"- .NET: {Environment.Version}");

        // What follows the plus sign is the commit.
        static string Version(Assembly assembly) => assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? Missing;
    }

    private void WriteCitation()
    {
        _card.Heading(2, "Citation");
        _card.Block(
            "- Sentence-BERT: Nils Reimers and Iryna Gurevych, [Sentence-BERT: Sentence Embeddings using Siamese BERT-Networks](https://arxiv.org/abs/1908.10084), EMNLP 2019",
            "- MSELoss: Nils Reimers and Iryna Gurevych, [Making Monolingual Sentence Embeddings Multilingual using Knowledge Distillation](https://arxiv.org/abs/2004.09813), EMNLP 2020");
    }

    private static string SimilarityName(string function) => function switch
    {
        "cosine" => "Cosine Similarity",
        "dot" => "Dot Product",
        "euclidean" => "Euclidean Distance",
        "manhattan" => "Manhattan Distance",
        _ => MarkdownWriter.Escape(function),
    };

    private static IReadOnlyList<string> Row(IReadOnlyList<string> cells, bool bold) => bold ? [.. cells.Select(cell => $"**{cell}**")] : cells;

    private static string Number(double value) => Text($"{value:F4}");

    // The squared differences of vectors of length 1 are so small that four decimals would show one digit.
    private static string Loss(double? value) => value is { } loss ? Text($"{loss:F6}") : Missing;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
