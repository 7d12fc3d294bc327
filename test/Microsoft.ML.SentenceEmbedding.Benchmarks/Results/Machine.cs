using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>Where and with what the numbers were measured.</summary>
internal sealed record Machine(DateOnly Date, string Processor, int Cores, string Instructions, string System, string Runtime, string OnnxRuntime, string Version)
{
    /// <summary>Describes this process.</summary>
    public static Machine Current() => new(
        DateOnly.FromDateTime(DateTime.UtcNow),
        FromLinux("model name") ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        InstructionSets(),
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        OrtEnv.Instance().GetVersionString(),
        typeof(SentenceModel).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);

    public override string ToString() =>
        $"{Date:yyyy-MM-dd}: {Processor}, {Cores} cores, {Instructions}; {System}; {Runtime}; ONNX Runtime {OnnxRuntime}; version {Version}";

    /// <summary>Names what decides the speed of matrix products, of float32 and of int8.</summary>
    private static string InstructionSets()
    {
        string[] wanted = ["avx2", "avx512f", "avx_vnni", "avx512_vnni"];
        return FromLinux("flags") is string flags
            ? string.Join(' ', wanted.Intersect(flags.Split(' ')))
            : Avx512F.IsSupported ? "avx512f" : Avx2.IsSupported ? "avx2" : RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string? FromLinux(string key)
    {
        const string ProcessorFile = "/proc/cpuinfo";
        string? line = File.Exists(ProcessorFile) ? File.ReadLines(ProcessorFile).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
