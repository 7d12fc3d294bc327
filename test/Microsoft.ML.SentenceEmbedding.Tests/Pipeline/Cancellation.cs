using System.Reflection;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Cancels a context as AutoML does when a trial is over; ML.NET keeps the method to itself.</summary>
internal static class Cancellation
{
    private static readonly MethodInfo CancelMethod = typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)!;

    /// <summary>Cancels a context and everything registered with it.</summary>
    public static void Cancel(MLContext mlContext) => CancelMethod.Invoke(mlContext, null);
}
