using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Loads a model.zip in a new process, which is this program again, and gives what the model computes there.</summary>
internal static class ChildProcess
{
    private const string ModelVariable = "SENTENCE_EMBEDDING_TEST_MODEL";
    private const string TextsVariable = "SENTENCE_EMBEDDING_TEST_TEXTS";

    /// <summary>Gives the values of the column Output for texts without line ends, one row each.</summary>
    public static double[][] Run(string modelPath, IReadOnlyList<string> texts)
    {
        string host = Environment.ProcessPath!;
        bool isDotnet = Path.GetFileNameWithoutExtension(host) == "dotnet";
        var start = new ProcessStartInfo(host, isDotnet ? [typeof(ChildProcess).Assembly.Location] : []) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[ModelVariable] = modelPath;
        start.Environment[TextsVariable] = string.Join('\n', texts);
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, output + error.Result);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray())];
    }

    // Runs before the test runner starts, and does nothing in a process that is not a child.
    [ModuleInitializer]
    internal static void RunIfChild()
    {
        if (Environment.GetEnvironmentVariable(ModelVariable) is { } modelPath)
        {
            Environment.Exit(Load(modelPath, Environment.GetEnvironmentVariable(TextsVariable)!.Split('\n')));
        }
    }

    // Mentions no type of the library: ML.NET has to find it by what the model.zip says.
    private static int Load(string modelPath, string[] texts)
    {
        if (AppDomain.CurrentDomain.GetAssemblies().Any(assembly => assembly.GetName().Name == "Microsoft.ML.SentenceEmbedding"))
        {
            Console.Error.WriteLine("The library was loaded before the model.");
            return 1;
        }

        var mlContext = new MLContext();
        ITransformer model = mlContext.Model.Load(modelPath, out _);
        IDataView data = model.Transform(mlContext.Data.LoadFromEnumerable(texts.Select(text => new TextRow { Text = text })));
        bool isSingle = ((VectorDataViewType)data.Schema["Output"].Type).ItemType == NumberDataViewType.Single;
        IEnumerable<IEnumerable<double>> rows = isSingle
            ? data.GetColumn<float[]>("Output").Select(row => row.Select(value => (double)value))
            : data.GetColumn<long[]>("Output").Select(row => row.Select(value => (double)value));
        foreach (IEnumerable<double> row in rows)
        {
            Console.WriteLine(string.Join(' ', row.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
        }

        return 0;
    }
}
