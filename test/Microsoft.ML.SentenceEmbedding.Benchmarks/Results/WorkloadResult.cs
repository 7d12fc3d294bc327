namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>What a workload's arms took with a number of threads.</summary>
internal sealed record WorkloadResult(
    string Workload,
    string Description,
    int Threads,
    int Items,
    bool IsLatency,
    bool IsCharted,
    string? AgreementName,
    IReadOnlyList<string> FigureNames,
    IReadOnlyList<Measurement> Measurements)
{
    /// <summary>Measures a workload.</summary>
    public static WorkloadResult Take(Workload workload, WorkloadSetting setting) => new(
        workload.Name,
        workload.Description,
        setting.Threads,
        workload.Items,
        workload.IsLatency,
        workload.IsCharted,
        workload.AgreementName,
        workload.FigureNames,
        Measurement.Take(workload, setting.IsQuick ? 1 : workload.Rounds));
}
