namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Keeps what is reported, and may do something at each report.</summary>
internal sealed class ProgressList(Action<HubProgress>? action = null) : IProgress<HubProgress>
{
    public List<HubProgress> Reports { get; } = [];

    public void Report(HubProgress value)
    {
        Reports.Add(value);
        action?.Invoke(value);
    }
}
