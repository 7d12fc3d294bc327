// Classifies bank customers' questions: trains on sentence embeddings, compares with ML.NET's FeaturizeText, saves model.zip, loads it back and uses it.
//
//     dotnet run -c Release --project samples/TextClassification
//     dotnet run -c Release --project samples/TextClassification -- "I lost my card" "Why was I charged twice?"

using Microsoft.ML;
using Microsoft.ML.Trainers;
using Spectre.Console;
using TextClassification;

const string ModelPath = "model.zip";

var mlContext = new MLContext(seed: 1);
var train = Question.Read(mlContext, "train.csv");
var test = Question.Read(mlContext, "test.csv");
AnsiConsole.MarkupLine($"[bold]Banking77[/]: {train.Count:n0} questions to train on, {test.Count:n0} to test on");

// The one line that this library adds; everything around it is ML.NET.
var embedding = Pipeline(mlContext.Transforms.SentenceEmbedding("Features", nameof(Question.Text)));
var wordCounts = Pipeline(mlContext.Transforms.Text.FeaturizeText("Features", nameof(Question.Text)));

var experiment = new Experiment(mlContext, train, test);
var embedded = experiment.Run("SentenceEmbedding", embedding);
var counted = experiment.Run("FeaturizeText", wordCounts);
Report.Compare(embedded, counted);
Report.Confusions(embedded, count: 5);

// The input's schema is saved too, so that others can see what to give the model.
mlContext.Model.Save(embedded.Model, mlContext.Data.LoadFromEnumerable(test).Schema, ModelPath);
AnsiConsole.MarkupLineInterpolated($"\nSaved everything in [bold]{ModelPath}[/] ({new FileInfo(ModelPath).Length / 1e6:f0} MB) and loaded it back.");

var model = mlContext.Model.Load(ModelPath, out var schema);
using var engine = mlContext.Model.CreatePredictionEngine<Question, Answer>(model, schema);
var labels = Answer.Labels(engine.OutputSchema);
IEnumerable<string> questions = args.Length > 0 ? args : Report.Ask();
foreach (string question in questions)
{
    Report.Classify(question, engine.Predict(new Question { Text = question }), labels);
}

IEstimator<ITransformer> Pipeline(IEstimator<ITransformer> features) => mlContext.Transforms.Conversion.MapValueToKey("Label", nameof(Question.Category))
    .Append(features)
    .AppendCacheCheckpoint(mlContext)
    .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
    {
        L1Regularization = 0,
        L2Regularization = 0.1f,
        OptimizationTolerance = 1e-6f,
    }));
