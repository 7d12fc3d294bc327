namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Ends the process while other threads compute, as a program does that reads the beginning of a cached view.</summary>
internal static class ExitWhileEncodingProgram
{
    public static int Execute(string argument)
    {
        // Some runs take one core and some gather two: the end of the process has to get all of them from both.
        using var started = new CountdownEvent(2);
        foreach (int threads in new[] { 1, 2 })
        {
            var encoder = new SentenceEncoder(SentenceModel.Default, new SentenceEncoderOptions { IntraOpThreads = threads });
            _ = Task.Run(() => encoder.Encode([.. Enumerable.Repeat(argument, 100_000)], new FirstReport(started), CancellationToken.None));
        }

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
