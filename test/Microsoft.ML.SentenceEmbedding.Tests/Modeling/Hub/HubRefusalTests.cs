using System.Net;
using System.Text;
using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>What the hub does not give, and what is not taken from it.</summary>
[TestClass]
public sealed class HubRefusalTests
{
    private readonly string _cache = TemporaryFiles.CreatePath();

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(401, "RepoNotFound", "Repository not found", "there is no tiny-org/tiny.model", "HF_TOKEN")]
    [DataRow(404, "RepoNotFound", "Repository not found", "there is no tiny-org/tiny.model", "check the name")]
    [DataRow(404, "RevisionNotFound", "Invalid rev id", "no revision 'main'", "branches, tags, or commits")]
    [DataRow(401, "GatedRepo", "Access is restricted", "tiny-org/tiny.model is gated", "ask for access")]
    [DataRow(403, "GatedRepo", "Access is restricted", "tiny-org/tiny.model is gated", "HubOptions.Token")]
    [DataRow(401, "", "Invalid credentials in Authorization header", "does not accept the token", "make a new one")]
    [DataRow(403, "", "Forbidden", "the token may not read tiny-org/tiny.model", "HF_TOKEN")]
    public async Task The_hubs_refusal_says_what_to_do(int status, string code, string reason, string what, string whatToDo)
    {
        using var hub = new FakeHub();
        hub.Break(FakeHub.IsList, 1, _ => new ServerReply(status) { Headers = { ["X-Error-Code"] = code, ["X-Error-Message"] = reason } });

        HttpRequestException exception = await AssertFailsAsync<HubRequestException>(hub);

        Assert.AreEqual((HttpStatusCode)status, exception.StatusCode);
        Assert.Contains(what, exception.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(whatToDo, exception.Message);
        Assert.Contains(reason, exception.Message);
        Assert.DoesNotContain(FakeHub.Token, exception.ToString());
        Assert.HasCount(1, hub.Hub.Requests);
    }

    [TestMethod]
    public async Task A_file_behind_a_gate_says_so()
    {
        using var hub = new FakeHub();
        hub.Break(request => request.Target.EndsWith("model.safetensors", StringComparison.Ordinal), 1, _ => new ServerReply(403) { Headers = { ["X-Error-Code"] = "GatedRepo" } });

        Assert.Contains("gated", (await AssertFailsAsync<HubRequestException>(hub)).Message);
    }

    [TestMethod]
    public async Task A_revision_that_is_gone_is_not_taken_from_the_cache()
    {
        using var hub = new FakeHub();
        await DownloadAsync(hub);
        hub.Revisions.Clear();

        await Assert.ThrowsExactlyAsync<HubRequestException>(() => DownloadAsync(hub));
    }

    [TestMethod]
    public async Task Pickled_weights_are_refused_before_anything_large_is_received()
    {
        using var hub = new FakeHub();
        hub.Files["pytorch_model.bin"] = hub.Files["model.safetensors"];
        hub.Files.Remove("model.safetensors");

        NotSupportedException exception = await AssertFailsAsync<NotSupportedException>(hub);

        Assert.Contains("pytorch_model.bin", exception.Message);
        Assert.Contains("SentenceTransformer(\"tiny-org/tiny.model\").save(", exception.Message);
        CollectionAssert.AreEqual(new[] { "modules.json" }, hub.Downloads);
    }

    [TestMethod]
    [DataRow("modules.json", false)]
    [DataRow("config.json", true)]
    [DataRow("tokenizer.json", true)]
    [DataRow("1_Pooling/config.json", true)]
    [DataRow("model.safetensors", true)]
    public async Task A_repository_without_a_file_that_is_needed_says_which(string path, bool isNeeded)
    {
        using var hub = new FakeHub();
        hub.Files.Remove(path);
        if (!isNeeded)
        {
            // A plain encoder.
            Assert.IsTrue(Directory.Exists(await DownloadAsync(hub)));
            return;
        }

        FileNotFoundException exception = await AssertFailsAsync<FileNotFoundException>(hub);

        Assert.AreEqual(path, exception.FileName);
        Assert.Contains(FakeHub.Repository, exception.Message);
    }

    [TestMethod]
    [DataRow("../../../evil")]
    [DataRow("/etc/evil")]
    [DataRow("1_Pooling/../../evil")]
    [DataRow("..\\evil")]
    [DataRow("\\\\server\\share\\evil")]
    [DataRow("C:\\evil")]
    [DataRow("")]
    public async Task A_list_that_leads_outside_is_refused(string path)
    {
        using var hub = new FakeHub();
        hub.Files[path] = [1];

        InvalidDataException exception = await AssertFailsAsync<InvalidDataException>(hub);

        Assert.Contains("a path inside the repository", exception.Message);
        Assert.IsEmpty(hub.Downloads);
        ParityReport.Add($"hub: list with the path '{path}', refused");
    }

    [TestMethod]
    [DataRow("../evil.safetensors")]
    [DataRow("/evil.safetensors")]
    [DataRow("a\\b.safetensors")]
    [DataRow("NUL.safetensors")]
    [DataRow("com1 .safetensors")]
    public async Task Weights_that_lead_outside_or_to_a_device_are_refused(string shard)
    {
        using var hub = new FakeHub("bert-sharded");
        SetShard(hub, shard);

        InvalidDataException exception = await AssertFailsAsync<InvalidDataException>(hub);

        Assert.Contains("model.safetensors.index.json", exception.Message);
        ParityReport.Add($"hub: weights in the file '{shard}', refused");
    }

    [TestMethod]
    public async Task Weights_in_files_of_another_kind_are_refused()
    {
        using var hub = new FakeHub("bert-sharded");
        hub.Files["pytorch_model-00001-of-00002.bin"] = [1];
        SetShard(hub, "pytorch_model-00001-of-00002.bin");

        Assert.Contains("pytorch_model-00001-of-00002.bin", (await AssertFailsAsync<NotSupportedException>(hub)).Message);
        CollectionAssert.DoesNotContain(hub.Downloads, "pytorch_model-00001-of-00002.bin");
    }

    [TestMethod]
    [DataRow("../outside")]
    [DataRow("aux")]
    [DataRow("a/con.txt")]
    public async Task Modules_that_lead_outside_or_to_a_device_are_refused(string folder)
    {
        using var hub = new FakeHub();
        hub.Files["modules.json"] = Encoding.UTF8.GetBytes($$"""[{"idx": 0, "path": "{{folder}}", "type": "sentence_transformers.models.Transformer"}]""");

        await AssertFailsAsync<InvalidDataException>(hub);

        CollectionAssert.AreEqual(new[] { "modules.json" }, hub.Downloads);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(" ")]
    [DataRow("a/b/c")]
    [DataRow("../b")]
    [DataRow("a/..")]
    [DataRow("/b")]
    [DataRow("a/")]
    [DataRow("a--b/c")]
    [DataRow("a/b..c")]
    [DataRow("a/.b")]
    [DataRow("-a/b")]
    [DataRow("a/b.git")]
    [DataRow("a/b c")]
    [DataRow("a/b?x=1")]
    [DataRow("a/b#c")]
    [DataRow("a/é")]
    [DataRow("a/b\n")]
    [DataRow("https://huggingface.co/a/b")]
    public async Task Repositories_that_cannot_be_are_refused_before_any_request(string repository)
    {
        using var hub = new FakeHub();

        ArgumentException exception = await Assert.ThrowsExactlyAsync<ArgumentException>(() => SentenceModel.DownloadAsync(repository, options: hub.Options(_cache), cancellationToken: TestContext.CancellationToken));

        Assert.AreEqual("repository", exception.ParamName);
        Assert.IsEmpty(hub.Hub.Requests);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("a b")]
    [DataRow("../main")]
    [DataRow("a/../b")]
    [DataRow("/main")]
    [DataRow("main/")]
    [DataRow("a//b")]
    [DataRow(".hidden")]
    [DataRow("a/.b")]
    [DataRow("main.lock")]
    [DataRow("a\\b")]
    [DataRow("a?b")]
    [DataRow("a\nb")]
    [DataRow("nul")]
    public async Task Revisions_that_cannot_be_are_refused_before_any_request(string revision)
    {
        using var hub = new FakeHub();

        ArgumentException exception = await Assert.ThrowsExactlyAsync<ArgumentException>(() => SentenceModel.DownloadAsync(FakeHub.Repository, revision, hub.Options(_cache), TestContext.CancellationToken));

        Assert.AreEqual("revision", exception.ParamName);
        Assert.IsEmpty(hub.Hub.Requests);
    }

    private static void SetShard(FakeHub hub, string shard) => hub.Files["model.safetensors.index.json"] =
        JsonSerializer.SerializeToUtf8Bytes(new { weight_map = new Dictionary<string, string> { ["embeddings.word_embeddings.weight"] = shard } });

    private Task<string> DownloadAsync(FakeHub hub) => SentenceModel.DownloadDirectoryAsync(FakeHub.Repository, options: hub.Options(_cache), cancellationToken: TestContext.CancellationToken);

    private async Task<TException> AssertFailsAsync<TException>(FakeHub hub)
        where TException : Exception
    {
        TException exception = await Assert.ThrowsExactlyAsync<TException>(() => DownloadAsync(hub));
        hub.AssertNothingWrong(_cache);
        return exception;
    }
}
