namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Goes on with a training whose next checkpoint does not fit on the disk, and prints what it says.</summary>
internal static class TrainOnFullDiskProgram
{
    public static int Execute(string checkpointDirectory)
    {
        var options = StudentTrainerTests.Options();
        options.CheckpointDirectory = checkpointDirectory;
        try
        {
            StudentTrainerTests.Train(options);
            return 1;
        }
        catch (IOException exception)
        {
            Console.WriteLine(exception.Message);
            return 0;
        }
    }
}
