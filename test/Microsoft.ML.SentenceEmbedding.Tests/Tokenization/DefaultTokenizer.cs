namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>The tokenizer of the embedded model, made once for all tests.</summary>
internal static class DefaultTokenizer
{
    private static readonly Lazy<SentenceTokenizer> Instance = new(() => SentenceTokenizerReader.Read(new TokenizerFiles
    {
        DirectoryName = "model",
        TokenizerJson = Resource("model/tokenizer.json"),
        TokenizerConfigJson = Resource("model/tokenizer_config.json"),
    }));

    public static SentenceTokenizer Sentence => Instance.Value;

    public static BertWordPieceTokenizer Text => (BertWordPieceTokenizer)Instance.Value.Tokenizer;

    private static byte[] Resource(string name)
    {
        using Stream stream = typeof(BertWordPieceTokenizer).Assembly.GetManifestResourceStream(name)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
