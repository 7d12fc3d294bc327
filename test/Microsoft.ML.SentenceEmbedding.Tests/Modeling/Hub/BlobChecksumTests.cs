namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class BlobChecksumTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")]
    [DataRow("hello world\n", "3b18e512dba79e4c8300dd08aeb37f8e728b8dad")]
    [DataRow("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [DataRow("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public async Task The_checksums_are_those_of_git_and_SHA_256(string text, string expected)
    {
        string path = TemporaryFiles.CreatePath();
        File.WriteAllText(path, text);

        Assert.AreEqual(expected, await BlobChecksum.ComputeAsync(path, expected, TestContext.CancellationToken));
    }
}
