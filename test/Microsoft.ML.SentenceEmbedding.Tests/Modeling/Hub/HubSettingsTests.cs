namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class HubSettingsTests
{
    private static readonly string Home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
    private static readonly string Root = Path.GetTempPath();

    [TestMethod]
    public void Without_anything_said_all_is_as_in_Python()
    {
        HubSettings settings = Resolve();

        Assert.AreEqual("https://huggingface.co", settings.Endpoint);
        Assert.AreEqual(Path.Combine(Home, ".cache", "huggingface", "hub"), settings.CacheDirectory);
        Assert.IsFalse(settings.IsOffline);
        Assert.IsTrue(settings.AllowsSymbolicLinks);
    }

    [TestMethod]
    public void The_cache_is_where_Pythons_is()
    {
        Assert.AreEqual(Path.Combine(Root, "x", "huggingface", "hub"), Resolve(("XDG_CACHE_HOME", Path.Combine(Root, "x"))).CacheDirectory);
        Assert.AreEqual(Path.Combine(Root, "h", "hub"), Resolve(("XDG_CACHE_HOME", "x"), ("HF_HOME", Path.Combine(Root, "h"))).CacheDirectory);
        Assert.AreEqual(Path.Combine(Root, "old"), Resolve(("HF_HOME", "h"), ("HUGGINGFACE_HUB_CACHE", Path.Combine(Root, "old"))).CacheDirectory);
        Assert.AreEqual(Path.Combine(Root, "c"), Resolve(("HUGGINGFACE_HUB_CACHE", "old"), ("HF_HUB_CACHE", Path.Combine(Root, "c"))).CacheDirectory);
        Assert.AreEqual(Path.Combine(Home, "c"), Resolve(("HF_HUB_CACHE", "~/c")).CacheDirectory);
        Assert.AreEqual(Path.Combine(Root, "o"), HubSettings.Resolve(new HubOptions { CacheDirectory = Path.Combine(Root, "o") }, name => name == "HF_HUB_CACHE" ? "environment" : null).CacheDirectory);
    }

    [TestMethod]
    [DataRow("1", true)]
    [DataRow("True", true)]
    [DataRow("yes", true)]
    [DataRow("on", true)]
    [DataRow("0", false)]
    [DataRow("", false)]
    [DataRow("2", false)]
    public void Flags_are_read_as_in_Python(string value, bool expected)
    {
        Assert.AreEqual(expected, Resolve(("HF_HUB_OFFLINE", value)).IsOffline);
        Assert.AreEqual(expected, Resolve(("TRANSFORMERS_OFFLINE", value)).IsOffline);
        Assert.AreEqual(!expected, Resolve(("HF_HUB_DISABLE_SYMLINKS", value)).AllowsSymbolicLinks);
        Assert.IsFalse(HubSettings.Resolve(new HubOptions { Offline = false }, name => name == "HF_HUB_OFFLINE" ? value : null).IsOffline);
    }

    [TestMethod]
    public void The_token_is_that_of_the_options_or_the_environment_or_the_file()
    {
        string home = TemporaryFiles.CreatePath();
        Directory.CreateDirectory(home);
        File.WriteAllText(Path.Combine(home, "token"), "hf_file\n");

        Assert.AreEqual("hf_file", Resolve(("HF_HOME", home)).Token);
        Assert.AreEqual("hf_file", Resolve(("HF_TOKEN_PATH", Path.Combine(home, "token"))).Token);
        Assert.AreEqual("hf_old", Resolve(("HF_HOME", home), ("HUGGING_FACE_HUB_TOKEN", "hf_old")).Token);
        Assert.AreEqual("hf_new", Resolve(("HF_HOME", home), ("HUGGING_FACE_HUB_TOKEN", "hf_old"), ("HF_TOKEN", " hf_new ")).Token);
        Assert.IsNull(Resolve(("HF_TOKEN", "hf_new"), ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")).Token);
        Assert.AreEqual("hf_option", HubSettings.Resolve(new HubOptions { Token = "hf_option" }, name => name == "HF_TOKEN" ? "hf_new" : null).Token);
        Assert.IsNull(HubSettings.Resolve(new HubOptions { Token = "" }, name => name == "HF_TOKEN" ? "hf_new" : null).Token);
    }

    [TestMethod]
    [DataRow("https://mirror.example/", "https://mirror.example")]
    [DataRow("https://mirror.example/api/hub/", "https://mirror.example/api/hub")]
    [DataRow("http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    public void An_endpoint_may_be_a_mirror(string value, string expected)
    {
        Assert.AreEqual(expected, Resolve(("HF_ENDPOINT", value)).Endpoint);
        Assert.AreEqual(expected, HubSettings.Resolve(new HubOptions { Endpoint = new Uri(value) }, _ => null).Endpoint);
    }

    [TestMethod]
    [DataRow("mirror.example")]
    [DataRow("ftp://mirror.example")]
    [DataRow("/mirror")]
    [DataRow("https://user:password@mirror.example")]
    [DataRow("https://mirror.example?x=1")]
    public void Other_endpoints_are_refused(string value) =>
        Assert.Contains("HF_ENDPOINT", Assert.ThrowsExactly<ArgumentException>(() => Resolve(("HF_ENDPOINT", value))).Message);

    [TestMethod]
    [DataRow("two words")]
    [DataRow("line\nX-Header: 1")]
    [DataRow("é")]
    public void Other_tokens_are_refused_and_not_shown(string value) =>
        Assert.DoesNotContain(value, Assert.ThrowsExactly<ArgumentException>(() => Resolve(("HF_TOKEN", value))).Message);

    private static HubSettings Resolve(params (string Name, string Value)[] environment) =>
        HubSettings.Resolve(null, name => environment.FirstOrDefault(variable => variable.Name == name).Value);
}
