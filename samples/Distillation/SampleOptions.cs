using System.Globalization;

namespace Distillation;

/// <summary>What the command line says.</summary>
internal sealed record SampleOptions
{
    public const string Usage = """
        dotnet run -c Release --project samples/Distillation [-- options]
          --data FILE...       text files, one text a line, also .gz (default: the sentences beside the sample)
          --student 0,5        the teacher's layers that the student keeps; 0,3 are those of the published card
          --epochs N           how often every text is used (default 1)
          --learning-rate X    the highest learning rate (default 0.0003; the published card: 0.0001)
          --dropout X          dropout while training (default 0; the published card: 0.1)
          --evaluations N      how often the student is judged on STS-B while it is trained (default 8)
          --output DIR         where the student and the curve are saved (default distilled)
          --checkpoint DIR     where the training's state is kept: the same command goes on after an interruption
        """;

    public IReadOnlyList<string> DataFiles { get; private set; } = [];

    public int[] Layers { get; private set; } = [0, 5];

    public int Epochs { get; private set; } = 1;

    public float LearningRate { get; private set; } = 3e-4f;

    public float Dropout { get; private set; }

    public int Evaluations { get; private set; } = 8;

    public string Output { get; private set; } = "distilled";

    public string? CheckpointDirectory { get; private set; }

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="FormatException">An argument is unknown, or a value is missing or no number.</exception>
    public static SampleOptions Parse(string[] arguments)
    {
        var options = new SampleOptions();
        for (int i = 0; i < arguments.Length;)
        {
            string name = arguments[i++];
            string[] values = [.. arguments.Skip(i).TakeWhile(argument => !argument.StartsWith("--", StringComparison.Ordinal))];
            i += values.Length;
            if (values.Length == 0 || (values.Length > 1 && name != "--data"))
            {
                throw new FormatException($"{name} takes {(name == "--data" ? "files" : "one value")}.");
            }

            switch (name)
            {
                case "--data": options.DataFiles = [.. options.DataFiles, .. values]; break;
                case "--student": options.Layers = [.. values[0].Split(',').Select(Number<int>)]; break;
                case "--epochs": options.Epochs = Number<int>(values[0]); break;
                case "--learning-rate": options.LearningRate = Number<float>(values[0]); break;
                case "--dropout": options.Dropout = Number<float>(values[0]); break;
                case "--evaluations": options.Evaluations = Math.Max(1, Number<int>(values[0])); break;
                case "--output": options.Output = values[0]; break;
                case "--checkpoint": options.CheckpointDirectory = values[0]; break;
                default: throw new FormatException($"There is no option {name}.");
            }
        }

        return options;
    }

    private static T Number<T>(string text)
        where T : IParsable<T> => T.TryParse(text, CultureInfo.InvariantCulture, out T? value) ? value : throw new FormatException($"'{text}' is not a number.");
}
