namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>A training that is long enough to be killed; it prints a line when it has written a checkpoint.</summary>
internal static class TrainProgram
{
    public static DistillationOptions Options() => StudentTrainerTests.Options();

    public static int Execute(string checkpointDirectory)
    {
        var options = Options();
        options.CheckpointDirectory = checkpointDirectory;
        options.Progress = new StepProgress(progress =>
        {
            if (progress.Step > options.CheckpointSteps + 2)
            {
                Console.WriteLine(progress.Step);
                Thread.Sleep(Timeout.Infinite);
            }
        });
        StudentTrainerTests.Train(options);
        return 0;
    }
}
