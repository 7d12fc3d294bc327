namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Encodes a text in a handler of the process's end and prints the name of the exception.</summary>
internal static class EncodeAtExitProgram
{
    public static int Execute(string argument)
    {
        var encoder = new SentenceEncoder(SentenceModel.Default);
        encoder.Encode(argument);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            try
            {
                encoder.Encode(argument);
            }
            catch (InvalidOperationException exception)
            {
                Console.Write(exception.GetType().Name);
            }
        };
        return 0;
    }
}
