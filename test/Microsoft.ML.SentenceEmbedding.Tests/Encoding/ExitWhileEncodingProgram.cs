namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Ends the process while other threads compute, as a program does that reads the beginning of a cached view.</summary>
internal static class ExitWhileEncodingProgram
{
    public static int Execute(string argument)
    {
        using var started = new CountdownEvent(1);
        _ = Task.Run(() => new SentenceEncoder(SentenceModel.Default).Encode([.. Enumerable.Repeat(argument, 100_000)], new FirstReport(started), CancellationToken.None));
        started.Wait();
        return 0;
    }

    private sealed class FirstReport(CountdownEvent started) : IProgress<EncodingProgress>
    {
        private int _reports;

        public void Report(EncodingProgress value)
        {
            if (Interlocked.Increment(ref _reports) == 1)
            {
                started.Signal();
            }
        }
    }
}
