namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>One way of doing a workload's work.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Run">Does all of the work once.</param>
internal sealed record Arm(string Name, Action Run);
