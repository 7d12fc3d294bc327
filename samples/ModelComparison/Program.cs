// Compares models by size, speed, similarity (STS-B), classification (Banking77) and, where BEIR data such as SciFact is at hand, retrieval.
//
//     dotnet run -c Release --project samples/ModelComparison
//     dotnet run -c Release --project samples/ModelComparison -- my-student other-model --retrieval scifact

using Distillation;
using Microsoft.ML;
using Microsoft.ML.SentenceEmbedding;
using ModelComparison;
using Spectre.Console;
using TextClassification;

int option = Array.IndexOf(args, "--retrieval");
string[] directories = option < 0 ? args : args[..option];
if (option >= 0 && option != args.Length - 2)
{
    Console.Error.WriteLine("dotnet run -c Release --project samples/ModelComparison [-- MODEL_DIRECTORY...] [--retrieval BEIR_DIRECTORY]");
    return 2;
}

var mlContext = new MLContext(seed: 1);
SentenceModel[] models = [SentenceModel.Default, SentenceModel.Small, .. directories.Select(SentenceModel.Load)];
List<ISentenceEvaluator> evaluators =
[
    SentencePair.Evaluator("STS-B dev", SentencePair.Read(mlContext, "sts-dev.csv")),
    SentencePair.Evaluator("STS-B test", SentencePair.Read(mlContext, "sts-test.csv")),
];
if (option >= 0)
{
    evaluators.Add(BeirData.Evaluator(args[^1]));
}

var train = Question.Read(mlContext, "train.csv");
var test = Question.Read(mlContext, "test.csv");
double[] speeds = EncodingSpeed.Measure(models, [.. train.Select(question => question.Text)]);
var table = new Table().AddColumns("Model", "Layers", "MB (F16)", "Sentences/s");
table.AddColumns([.. evaluators.Select(evaluator => evaluator.Name), "Banking77"]);
for (int i = 0; i < models.Length; i++)
{
    using var encoder = new SentenceEncoder(models[i]);
    string[] scores = [.. evaluators.Select(evaluator => $"{evaluator.Evaluate(encoder).PrimaryValue:f4}")];
    double accuracy = Classification.Accuracy(mlContext, models[i], train, test);
    table.AddRow([models[i].Name, $"{models[i].Layers}", $"{ModelSize.Megabytes(models[i]):f1}", $"{speeds[i]:n0}", .. scores, $"{accuracy:f4}"]);
}

AnsiConsole.Write(table);
return 0;
