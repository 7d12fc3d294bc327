namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class ModelPathTests
{
    [TestMethod]
    [DataRow("config.json")]
    [DataRow("1_Pooling/config.json")]
    [DataRow("a/b/c")]
    [DataRow("..a/...b")]
    [DataRow("naïve 模型/x.json")]
    public void Require_accepts_names_below_the_directory(string path) => ModelPath.Require(path, "origin");

    [TestMethod]
    [DataRow("")]
    [DataRow("/etc/passwd")]
    [DataRow("//server/share")]
    [DataRow("..")]
    [DataRow("../model.safetensors")]
    [DataRow("a/../../b")]
    [DataRow("a/..")]
    [DataRow(".")]
    [DataRow("./a")]
    [DataRow("a//b")]
    [DataRow("a/")]
    [DataRow("..\\b")]
    [DataRow("a\\b")]
    [DataRow("\\\\server\\share")]
    [DataRow("C:")]
    [DataRow("C:/b")]
    [DataRow("a:stream")]
    [DataRow(".. /b")]
    [DataRow("a./b")]
    [DataRow("a\0b")]
    [DataRow("a\nb")]
    [DataRow("*")]
    public void Require_refuses_everything_else(string path)
    {
        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => ModelPath.Require(path, "origin"));

        Assert.Contains("origin", exception.Message);
    }

    [TestMethod]
    public void Require_refuses_a_path_longer_than_any_file_system_has()
    {
        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => ModelPath.Require(new string('a', 100_000), "origin"));

        Assert.IsLessThan(1000, exception.Message.Length);
    }
}
