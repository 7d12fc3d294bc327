using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Loads a model.zip and prints what it makes of some texts. It mentions no type of the library: ML.NET has to find it by what the model.zip says.</summary>
internal static class TransformProgram
{
    /// <summary>Gives the values of the column Output, computed in a new process, for texts without line ends, one row each.</summary>
    public static double[][] Run(string modelPath, IEnumerable<string> texts)
    {
        string output = ChildProcess.Run(nameof(TransformProgram), string.Join('\n', [modelPath, .. texts]));
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray())];
    }

    public static int Execute(string argument)
    {
        if (AppDomain.CurrentDomain.GetAssemblies().Any(assembly => assembly.GetName().Name == "Microsoft.ML.SentenceEmbedding"))
        {
            Console.Error.WriteLine("The library was loaded before the model.");
            return 1;
        }

        string[] lines = argument.Split('\n');
        var mlContext = new MLContext();
        ITransformer model = mlContext.Model.Load(lines[0], out _);
        IDataView data = model.Transform(mlContext.Data.LoadFromEnumerable(lines.Skip(1).Select(text => new TextRow { Text = text })));
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
