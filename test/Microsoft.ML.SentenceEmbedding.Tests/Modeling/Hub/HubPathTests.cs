namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class HubPathTests
{
    [TestMethod]
    [DataRow("modules.json")]
    [DataRow("1_Pooling/config.json")]
    [DataRow("console/auxiliary.json")]
    [DataRow("com10")]
    [DataRow("config.con")]
    public void Names_that_every_system_has_are_portable(string path) => HubPath.RequirePortable(path, "origin");

    [TestMethod]
    [DataRow("con")]
    [DataRow("a/NUL.json")]
    [DataRow("Aux/config.json")]
    [DataRow("com1.tar.gz")]
    [DataRow("lpt9 .txt")]
    [DataRow("../a")]
    [DataRow("a:b")]
    public void Others_are_not(string path)
    {
        Assert.IsFalse(HubPath.IsPortable(path));
        Assert.Contains("origin", Assert.ThrowsExactly<InvalidDataException>(() => HubPath.RequirePortable(path, "origin")).Message);
    }
}
