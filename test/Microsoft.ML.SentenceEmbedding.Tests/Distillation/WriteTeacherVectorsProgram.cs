namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Appends rows to a file of teacher vectors until somebody ends the process, or until the disk is full.</summary>
internal static class WriteTeacherVectorsProgram
{
    private const int FirstReport = 1000;

    public static int Execute(string argument)
    {
        using TeacherVectorFile file = TeacherVectorFile.Open(argument, TeacherVectors.Dimensions);
        try
        {
            while (true)
            {
                TeacherVectors.Append(file, 1);
                if (file.Count == FirstReport)
                {
                    Console.WriteLine(file.Count);
                }
            }
        }
        catch (IOException e)
        {
            Console.WriteLine(e.Message);
            return 0;
        }
    }
}
