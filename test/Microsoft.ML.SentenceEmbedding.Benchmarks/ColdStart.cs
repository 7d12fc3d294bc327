using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>A process that encodes one text, which is this program again with other arguments.</summary>
internal static class ColdStart
{
    /// <summary>The first argument of such a process.</summary>
    public const string Argument = "--cold-start";

    /// <summary>The process that uses our encoder.</summary>
    public const string Encoder = "encoder";

    /// <summary>The process that uses our encoder with a model from a directory.</summary>
    public const string Directory = "directory";

    /// <summary>The process that uses the plain export.</summary>
    public const string Export = "export";

    private const double Megabyte = 1e6;

    /// <summary>Runs a process to its end; the time is that to the first vector.</summary>
    /// <param name="program">What the process does.</param>
    /// <param name="setting">The text and the number of threads.</param>
    /// <param name="path">The path of the model, where the program takes one.</param>
    public static (Cost Cost, float[] Vector) Run(string program, WorkloadSetting setting, string path)
    {
        string host = Environment.ProcessPath!;
        bool isDotnet = Path.GetFileNameWithoutExtension(host) == "dotnet";
        string[] arguments = [Argument, program, setting.Threads.ToString(CultureInfo.InvariantCulture), path, setting.Data.Reference.FirstText];
        var start = new ProcessStartInfo(host, isDotnet ? [typeof(ColdStart).Assembly.Location, .. arguments] : arguments) { RedirectStandardOutput = true };

        var time = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        process.StandardOutput.ReadLine();
        double seconds = time.Elapsed.TotalSeconds;

        string? line = process.StandardOutput.ReadLine();
        process.WaitForExit();
        var report = line is null
            ? throw new InvalidOperationException($"The process '{program}' ended with the code {process.ExitCode} before it had a vector.")
            : JsonSerializer.Deserialize<Report>(line)!;
        return (new Cost(seconds, report.Resident / Megabyte, report.ResidentAtMost / Megabyte), report.Vector);
    }

    /// <summary>Is such a process.</summary>
    /// <param name="arguments">What <see cref="Run"/> gave.</param>
    public static void Execute(string[] arguments)
    {
        int threads = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        using Peer peer = arguments[1] switch
        {
            Encoder => new EncoderPeer(Encoder, SentenceModel.Default, threads),
            Directory => new EncoderPeer(Directory, SentenceModel.Load(arguments[3]), threads),
            _ => new PlainExportPeer(Export, arguments[3], threads, isSorted: false),
        };
        float[] vector = peer.Encode([arguments[4]])[0];

        // The empty line stops the clock; what follows is not a part of the start.
        Console.WriteLine();
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(JsonSerializer.Serialize(new Report(self.WorkingSet64, self.PeakWorkingSet64, vector)));
    }

    private sealed record Report(long Resident, long ResidentAtMost, float[] Vector);
}
