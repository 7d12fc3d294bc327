namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Made-up texts and teacher vectors that follow from a row's place.</summary>
internal static class TeacherVectors
{
    public const int Dimensions = 32;

    public static string CreateText(int row) => "text number " + row;

    public static float[] Create(int row) => [.. Enumerable.Range(0, Dimensions).Select(i => MathF.Sin((row * Dimensions) + i))];

    /// <summary>Appends the next rows.</summary>
    public static void Append(TeacherVectorFile file, int rows)
    {
        for (int i = 0; i < rows; i++)
        {
            file.Append(TeacherVectorFile.HashText(CreateText(file.Count)), Create(file.Count));
        }
    }

    /// <summary>Makes a file of some rows and gives its path.</summary>
    public static string CreateFile(int rows)
    {
        string path = TemporaryFiles.CreatePath(".bin");
        using TeacherVectorFile file = TeacherVectorFile.Open(path, Dimensions);
        Append(file, rows);
        return path;
    }

    /// <summary>Opens a file and checks that its rows are the first ones, and how many there are.</summary>
    public static TeacherVectorFile OpenAndCheck(string path, int rows)
    {
        TeacherVectorFile file = TeacherVectorFile.Open(path, Dimensions);
        Assert.AreEqual(rows, file.Count);
        CheckRows(file);
        return file;
    }

    /// <summary>Checks every row of a file.</summary>
    public static void CheckRows(TeacherVectorFile file)
    {
        float[] vector = new float[Dimensions];
        for (int row = 0; row < file.Count; row++)
        {
            file.CopyTo(row, vector);
            CollectionAssert.AreEqual(Create(row), vector);
            Assert.AreEqual(TeacherVectorFile.HashText(CreateText(row)), file.GetTextHash(row));
        }
    }
}
