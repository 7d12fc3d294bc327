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
        ProcessorName(),
        Environment.ProcessorCount,
        AvxVnni.IsSupported ? "AVX-VNNI" : Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : RuntimeInformation.ProcessArchitecture.ToString(),
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        OrtEnv.Instance().GetVersionString(),
        typeof(SentenceModel).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);

    public override string ToString() =>
        $"{Date:yyyy-MM-dd}: {Processor}, {Cores} cores, {Instructions}; {System}; {Runtime}; ONNX Runtime {OnnxRuntime}; version {Version}";

    private static string ProcessorName()
    {
        const string LinuxFile = "/proc/cpuinfo";
        string? line = File.Exists(LinuxFile) ? File.ReadLines(LinuxFile).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
