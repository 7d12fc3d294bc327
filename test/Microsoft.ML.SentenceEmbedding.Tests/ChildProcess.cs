using System.Diagnostics;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Runs one of a few small programs in a new process, which is this test program again.</summary>
internal static class ChildProcess
{
    private const string ProgramVariable = "SENTENCE_EMBEDDING_TEST_PROGRAM";
    private const string ArgumentVariable = "SENTENCE_EMBEDDING_TEST_ARGUMENT";

    private static readonly Dictionary<string, Func<string, int>> Programs = new()
    {
        [nameof(TransformProgram)] = TransformProgram.Execute,
        [nameof(EncodeAtExitProgram)] = EncodeAtExitProgram.Execute,
        [nameof(ExitWhileEncodingProgram)] = ExitWhileEncodingProgram.Execute,
        [nameof(TrainOnFullDiskProgram)] = TrainOnFullDiskProgram.Execute,
        [nameof(TrainProgram)] = TrainProgram.Execute,
        [nameof(WriteTeacherVectorsProgram)] = WriteTeacherVectorsProgram.Execute,
    };

    /// <summary>Runs a program to its end and gives what it printed; it has to end with the code 0 and without a word on standard error.</summary>
    public static string Run(string program, string argument) => ReadToEnd(Start(program, argument));

    /// <summary>Runs a program that cannot write files longer than a limit, as on a full disk; Linux and its kin only.</summary>
    public static string RunWithFileLimit(string program, string argument, int kilobytes) =>
        // The shell counts blocks of 512 bytes. The runtime's own executable memory is a file, too, unless it does without.
        ReadToEnd(Start(program, argument, "/bin/sh", "-c", $"trap '' XFSZ; ulimit -f {2 * kilobytes}; DOTNET_EnableWriteXorExecute=0 exec \"$0\" \"$@\""));

    /// <summary>Runs a program until it has printed its first line, and then ends it without a chance to do anything more.</summary>
    public static void RunAndKill(string program, string argument)
    {
        using Process process = Start(program, argument);
        string? line = process.StandardOutput.ReadLine();
        process.Kill();
        process.WaitForExit();
        Assert.IsNotNull(line, process.StandardError.ReadToEnd());
    }

    /// <summary>Executes the program that this process was started for, if it is a child.</summary>
    public static bool TryExecute(out int exitCode)
    {
        string? program = Environment.GetEnvironmentVariable(ProgramVariable);
        exitCode = program is null ? 0 : Programs[program](Environment.GetEnvironmentVariable(ArgumentVariable)!);
        return program is not null;
    }

    private static string ReadToEnd(Process child)
    {
        using Process process = child;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, output + error.Result);
        Assert.AreEqual("", error.Result);
        return output;
    }

    private static Process Start(string program, string argument, params string[] launcher)
    {
        string host = Environment.ProcessPath!;
        bool isDotnet = Path.GetFileNameWithoutExtension(host) == "dotnet";
        string[] command = isDotnet ? [.. launcher, host, typeof(ChildProcess).Assembly.Location] : [.. launcher, host];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[ProgramVariable] = program;
        start.Environment[ArgumentVariable] = argument;
        return Process.Start(start)!;
    }
}
