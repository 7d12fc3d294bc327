using System.Text;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class TrainingCheckpointTests
{
    [TestMethod]
    public void CheckpointOfAnotherTrainingIsRefusedByWhatDiffers()
    {
        string directory = Trained();
        AssertRefused(nameof(DistillationOptions.LearningRate), options => options.LearningRate = 1e-3f);
        AssertRefused(nameof(DistillationOptions.Seed), options => options.Seed = 5);
        AssertRefused(nameof(DistillationOptions.Epochs), options => options.Epochs = 3);
        AssertRefused(nameof(DistillationOptions.Dropout), options => options.Dropout = 0.1f);

        void AssertRefused(string name, Action<DistillationOptions> change)
        {
            var options = Options(directory);
            change(options);
            string message = Assert.ThrowsExactly<InvalidDataException>(() => StudentTrainerTests.Train(options)).Message;
            Assert.Contains(name, message);
            Assert.Contains(directory, message);
        }
    }

    [TestMethod]
    public void NumberOfThreadsAndCheckpointsMayChange()
    {
        var options = Options(Trained());
        options.MaximumConcurrency = 1;
        options.CheckpointSteps = 50;
        Assert.AreEqual(50, StudentTrainerTests.Train(options).Steps);
    }

    [TestMethod]
    public void DamagedCheckpointIsANamedErrorAndStays()
    {
        string directory = Trained();
        string path = Path.Combine(directory, "checkpoint.safetensors");
        byte[] whole = File.ReadAllBytes(path);
        foreach (byte[] damaged in new[] { [], whole[..7], whole[..(whole.Length / 2)], [.. "x"u8, .. whole], Overwritten(whole, "\"log\"", "\"dog\""), Overwritten(whole, "\"step\":12,", "\"step\":99,") })
        {
            File.WriteAllBytes(path, damaged);
            string message = Assert.ThrowsExactly<InvalidDataException>(() => StudentTrainerTests.Train(Options(directory))).Message;
            Assert.Contains("checkpoint.safetensors", message);
            Assert.AreSequenceEqual(damaged, File.ReadAllBytes(path));
        }
    }

    [TestMethod]
    public void CheckpointThatCannotBeWrittenLeavesTheOneBefore()
    {
        string directory = Trained();
        string path = Path.Combine(directory, "checkpoint.safetensors");
        byte[] before = File.ReadAllBytes(path);

        // A directory in the way of the temporary file, as a full disk would be.
        Directory.CreateDirectory(path + ".new");
        File.WriteAllText(Path.Combine(path + ".new", "file"), "in the way");
        var options = Options(directory);
        Assert.Contains(path, Assert.ThrowsExactly<IOException>(() => StudentTrainerTests.Train(options)).Message);
        Assert.AreSequenceEqual(before, File.ReadAllBytes(path));

        Directory.Delete(path + ".new", recursive: true);
        Assert.AreEqual(50, StudentTrainerTests.Train(options).Steps);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void FullDiskLeavesTheCheckpointBefore()
    {
        string directory = Trained();
        string path = Path.Combine(directory, "checkpoint.safetensors");
        byte[] before = File.ReadAllBytes(path);
        string message = ChildProcess.RunWithFileLimit(nameof(TrainOnFullDiskProgram), directory, before.Length / 2048);
        Assert.Contains(path, message);
        Assert.AreSequenceEqual(before, File.ReadAllBytes(path));
        Assert.IsFalse(File.Exists(path + ".new"));
        Assert.AreEqual(50, StudentTrainerTests.Train(Options(directory)).Steps);
    }

    // JSON that was changed in place: another key, or a step beyond the last.
    private static byte[] Overwritten(byte[] whole, string json, string other)
    {
        byte[] bytes = [.. whole];
        int place = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(json));
        Encoding.UTF8.GetBytes(other).CopyTo(bytes, place);
        return bytes;
    }

    /// <summary>Gives the directory of a training that was ended in its middle.</summary>
    private static string Trained()
    {
        string directory = TemporaryFiles.CreatePath();
        using var source = new CancellationTokenSource();
        var options = Options(directory);
        options.CancellationToken = source.Token;
        options.Progress = new StepProgress(progress =>
        {
            if (progress.Step == 12)
            {
                source.Cancel();
            }
        });
        StudentTrainerTests.Train(options);
        return directory;
    }

    private static DistillationOptions Options(string directory)
    {
        var options = StudentTrainerTests.Options();
        options.CheckpointDirectory = directory;
        return options;
    }
}
