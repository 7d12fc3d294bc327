namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class TeacherVectorFileTests
{
    private const int HeaderLength = 16;
    private const int RowLength = 8 + (4 * TeacherVectors.Dimensions) + 8;

    // More than is read at once when a file is opened.
    private const int ManyRows = 10_000;

    [TestMethod]
    public void Rows_are_there_after_a_restart_and_more_can_be_appended()
    {
        string path = TeacherVectors.CreateFile(ManyRows);
        using (TeacherVectorFile file = TeacherVectors.OpenAndCheck(path, ManyRows))
        {
            TeacherVectors.Append(file, 5);
            TeacherVectors.CheckRows(file);
        }

        TeacherVectors.OpenAndCheck(path, ManyRows + 5).Dispose();
        Assert.AreEqual(HeaderLength + ((ManyRows + 5L) * RowLength), new FileInfo(path).Length);
    }

    [TestMethod]
    public void Process_that_is_killed_leaves_rows_that_are_read_and_completed()
    {
        string path = TemporaryFiles.CreatePath(".bin");

        ChildProcess.RunAndKill(nameof(WriteTeacherVectorsProgram), path);

        int rows;
        using (TeacherVectorFile file = TeacherVectorFile.Open(path, TeacherVectors.Dimensions))
        {
            rows = file.Count;
            Assert.IsGreaterThanOrEqualTo(1000, rows);
            TeacherVectors.Append(file, 7);
        }

        TeacherVectors.OpenAndCheck(path, rows + 7).Dispose();
    }

    [TestMethod]
    public void File_that_ends_at_any_byte_keeps_its_whole_rows()
    {
        byte[] bytes = File.ReadAllBytes(TeacherVectors.CreateFile(3));
        string path = TemporaryFiles.CreatePath(".bin");
        for (int length = 0; length <= bytes.Length; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);
            int rows = Math.Max(0, length - HeaderLength) / RowLength;

            using (TeacherVectorFile file = TeacherVectors.OpenAndCheck(path, rows))
            {
                Assert.AreEqual(Math.Max(0, length - HeaderLength - (rows * RowLength)), file.DamagedBytes);
                TeacherVectors.Append(file, 3 - rows);
            }

            CollectionAssert.AreEqual(bytes, File.ReadAllBytes(path));
        }
    }

    [TestMethod]
    public void Rows_before_a_damaged_byte_stay()
    {
        byte[] bytes = File.ReadAllBytes(TeacherVectors.CreateFile(3));
        string path = TemporaryFiles.CreatePath(".bin");
        for (int place = HeaderLength; place < bytes.Length; place++)
        {
            byte[] damaged = [.. bytes];
            damaged[place] ^= 0x10;
            File.WriteAllBytes(path, damaged);
            int rows = (place - HeaderLength) / RowLength;

            using TeacherVectorFile file = TeacherVectors.OpenAndCheck(path, rows);

            Assert.AreEqual((3 - rows) * RowLength, file.DamagedBytes);
        }
    }

    [TestMethod]
    public void Pages_that_never_came_to_the_disk_end_the_rows()
    {
        string path = TeacherVectors.CreateFile(ManyRows);
        using (FileStream stream = File.OpenWrite(path))
        {
            stream.Position = 40 * 4096;
            stream.Write(new byte[4096]);
        }

        TeacherVectors.OpenAndCheck(path, ((40 * 4096) - HeaderLength) / RowLength).Dispose();
    }

    [TestMethod]
    public void Row_at_another_place_does_not_count()
    {
        byte[] bytes = File.ReadAllBytes(TeacherVectors.CreateFile(3));
        string path = TemporaryFiles.CreatePath(".bin");
        bytes.AsSpan(HeaderLength, RowLength).CopyTo(bytes.AsSpan(HeaderLength + RowLength));
        File.WriteAllBytes(path, bytes);

        TeacherVectors.OpenAndCheck(path, 1).Dispose();
    }

    [TestMethod]
    public void Truncated_rows_are_gone()
    {
        string path = TeacherVectors.CreateFile(20);
        using (TeacherVectorFile file = TeacherVectors.OpenAndCheck(path, 20))
        {
            file.Truncate(4);
            Assert.AreEqual(4, file.Count);
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => file.CopyTo(4, new float[TeacherVectors.Dimensions]));
        }

        TeacherVectors.OpenAndCheck(path, 4).Dispose();
    }

    [TestMethod]
    public void File_of_something_else_is_refused_and_left_alone()
    {
        string path = TemporaryFiles.CreatePath(".bin");
        byte[] bytes = "The thesis of three years, the only copy."u8.ToArray();
        File.WriteAllBytes(path, bytes);

        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => TeacherVectorFile.Open(path, 4));

        StringAssert.Contains(exception.Message, path);
        CollectionAssert.AreEqual(bytes, File.ReadAllBytes(path));
        File.WriteAllBytes(path, bytes[..3]);
        Assert.ThrowsExactly<InvalidDataException>(() => TeacherVectorFile.Open(path, 4));
        CollectionAssert.AreEqual(bytes[..3], File.ReadAllBytes(path));
    }

    [TestMethod]
    public void Other_dimensions_are_refused_with_both_numbers()
    {
        string path = TeacherVectors.CreateFile(2);

        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => TeacherVectorFile.Open(path, 48));

        StringAssert.Contains(exception.Message, path);
        StringAssert.Contains(exception.Message, "48");
        StringAssert.Contains(exception.Message, "32");
        TeacherVectors.OpenAndCheck(path, 2).Dispose();
    }

    [TestMethod]
    public void Two_runs_cannot_write_one_file()
    {
        string path = TeacherVectors.CreateFile(2);
        using TeacherVectorFile first = TeacherVectors.OpenAndCheck(path, 2);

        IOException exception = Assert.ThrowsExactly<IOException>(() => TeacherVectorFile.Open(path, TeacherVectors.Dimensions));

        StringAssert.Contains(exception.Message, path);
        TeacherVectors.CheckRows(first);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Full_disk_is_an_error_that_names_the_file_and_the_rows_before_stay()
    {
        const int Kilobytes = 64;
        const int Rows = ((Kilobytes * 1024) - HeaderLength) / RowLength;
        string path = TemporaryFiles.CreatePath(".bin");

        string message = ChildProcess.RunWithFileLimit(nameof(WriteTeacherVectorsProgram), path, Kilobytes);

        StringAssert.Contains(message, path);
        StringAssert.Contains(message, $"The {Rows} rows that are there stay.");
        using (TeacherVectorFile file = TeacherVectors.OpenAndCheck(path, Rows))
        {
            TeacherVectors.Append(file, 10);
        }

        TeacherVectors.OpenAndCheck(path, Rows + 10).Dispose();
    }

    [TestMethod]
    public void Directory_is_made_and_a_temporary_file_goes()
    {
        string directory = Path.Combine(TemporaryFiles.CreatePath(), "deeper");

        using (TeacherVectorFile file = TeacherVectorFile.CreateTemporary(directory, TeacherVectors.Dimensions))
        {
            TeacherVectors.Append(file, 100);
            TeacherVectors.CheckRows(file);
            Assert.IsTrue(File.Exists(file.Path));
        }

        Assert.AreEqual(0, Directory.GetFiles(directory).Length);
    }

    [TestMethod]
    public void Many_threads_read_while_one_appends()
    {
        using TeacherVectorFile file = TeacherVectorFile.CreateTemporary(TemporaryFiles.CreatePath(), TeacherVectors.Dimensions);
        TeacherVectors.Append(file, 500);

        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, thread =>
        {
            if (thread == 0)
            {
                TeacherVectors.Append(file, 500);
                return;
            }

            float[] vector = new float[TeacherVectors.Dimensions];
            for (int row = 0; row < 500; row++)
            {
                file.CopyTo(row, vector);
                CollectionAssert.AreEqual(TeacherVectors.Create(row), vector);
            }
        });

        Assert.AreEqual(1000, file.Count);
        TeacherVectors.CheckRows(file);
    }

    [TestMethod]
    public void Closed_file_says_so()
    {
        TeacherVectorFile file = TeacherVectors.OpenAndCheck(TeacherVectors.CreateFile(2), 2);
        file.Dispose();

        Assert.ThrowsExactly<ObjectDisposedException>(() => file.CopyTo(0, new float[TeacherVectors.Dimensions]));
    }
}
