namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class HubDownloadTests
{
    private readonly string _cache = TemporaryFiles.CreatePath();

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("bert-mean-normalize")]
    [DataRow("bert-dense")]
    [DataRow("bert-sharded")]
    [DataRow("legacy-subfolder")]
    [DataRow("legacy-vocab-txt")]
    [DataRow("plain-hf")]
    public async Task The_downloaded_model_is_the_published_one(string name)
    {
        using var hub = new FakeHub(name);

        SentenceModel model = await SentenceModel.DownloadAsync(FakeHub.Repository, options: hub.Options(_cache), cancellationToken: TestContext.CancellationToken);

        Assert.AreEqual("tiny.model", model.Name);
        hub.AssertArrived(Snapshot(), _cache);
        ModelComparison.AssertSameVectors(SentenceModel.Load(TinyModels.Directory(name)), model);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task The_cache_is_laid_out_as_Pythons()
    {
        using var hub = new FakeHub();

        string directory = await DownloadAsync(hub);

        string[] files = ["1_Pooling/config.json", "2_Normalize/config.json", "config.json", "config_sentence_transformers.json", "model.safetensors", "modules.json", "sentence_bert_config.json", "tokenizer.json", "tokenizer_config.json"];
        string[] expected =
        [
            .. files.Select(path => $".locks/models--tiny-org--tiny.model/{hub.Etag(path)}.lock").Distinct(),
            .. new[] { "added_tokens.json", "special_tokens_map.json" }.Select(path => $"models--tiny-org--tiny.model/.no_exist/{FakeHub.Commit}/{path}"),
            .. files.Select(path => $"models--tiny-org--tiny.model/blobs/{hub.Etag(path)}").Distinct(),
            "models--tiny-org--tiny.model/refs/main",
            .. files.Select(path => $"models--tiny-org--tiny.model/snapshots/{FakeHub.Commit}/{path}"),
        ];
        string[] actual = [.. Directory.EnumerateFiles(_cache, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_cache, path))];
        CollectionAssert.AreEquivalent(expected, actual, string.Join('\n', actual));
        Assert.AreEqual(Snapshot(), directory);
        Assert.AreEqual(FakeHub.Commit, File.ReadAllText(Path.Combine(_cache, "models--tiny-org--tiny.model/refs/main")));
        Assert.AreEqual($"../../blobs/{hub.Etag("model.safetensors")}", new FileInfo(Path.Combine(directory, "model.safetensors")).LinkTarget);
        Assert.AreEqual($"../../../blobs/{hub.Etag("1_Pooling/config.json")}", new FileInfo(Path.Combine(directory, "1_Pooling/config.json")).LinkTarget);
    }

    [TestMethod]
    public async Task Without_links_the_snapshot_has_the_files_themselves()
    {
        using var hub = new FakeHub();
        HubSettings settings = HubSettings.Resolve(hub.Options(_cache), name => name == "HF_HUB_DISABLE_SYMLINKS" ? "1" : null);
        var repository = new HubRepository(FakeHub.Repository, null);

        string directory = await HubDownload.RunAsync(repository, settings, TestContext.CancellationToken);

        hub.AssertArrived(directory, _cache);
        Assert.IsTrue(Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).All(path => new FileInfo(path).LinkTarget is null));
        Assert.IsEmpty(FakeHub.Blobs(_cache));
        int downloads = hub.Downloads.Length;
        await HubDownload.RunAsync(repository, settings, TestContext.CancellationToken);
        Assert.HasCount(downloads, hub.Downloads);
    }

    [TestMethod]
    public async Task Without_links_a_blob_of_another_commit_is_copied()
    {
        using var hub = new FakeHub();
        await DownloadAsync(hub);
        Directory.Delete(Snapshot(), recursive: true);
        HubSettings settings = HubSettings.Resolve(hub.Options(_cache), name => name == "HF_HUB_DISABLE_SYMLINKS" ? "1" : null);
        int downloads = hub.Downloads.Length;

        string directory = await HubDownload.RunAsync(new HubRepository(FakeHub.Repository, null), settings, TestContext.CancellationToken);

        hub.AssertArrived(directory, _cache);
        Assert.HasCount(downloads, hub.Downloads);
        Assert.IsNotEmpty(FakeHub.Blobs(_cache));
    }

    [TestMethod]
    public async Task A_second_download_asks_for_the_revision_only()
    {
        using var hub = new FakeHub();
        await DownloadAsync(hub);
        int requests = hub.Hub.Requests.Count;

        await DownloadAsync(hub);

        Assert.HasCount(requests + 1, hub.Hub.Requests);
        Assert.IsTrue(FakeHub.IsList(hub.Hub.Requests[^1]));
    }

    [TestMethod]
    public async Task A_commit_that_is_complete_needs_no_request()
    {
        using var hub = new FakeHub();
        await DownloadAsync(hub, FakeHub.Commit);
        int requests = hub.Hub.Requests.Count;

        await DownloadAsync(hub, FakeHub.Commit);

        Assert.HasCount(requests, hub.Hub.Requests);
        Assert.IsFalse(Directory.Exists(Path.Combine(_cache, "models--tiny-org--tiny.model", "refs")));
    }

    [TestMethod]
    public async Task A_commit_of_which_the_cache_may_lack_a_file_is_asked_for()
    {
        using var hub = new FakeHub();
        await DownloadAsync(hub);

        // As an interrupted program would have left it.
        File.Delete(Path.Combine(Snapshot(), "tokenizer_config.json"));

        hub.AssertArrived(await DownloadAsync(hub, FakeHub.Commit), _cache);
    }

    [TestMethod]
    public async Task A_new_commit_brings_only_the_files_that_changed()
    {
        using var old = new FakeHub();
        await DownloadAsync(old);
        using var hub = new FakeHub();
        hub.Files["config_sentence_transformers.json"] = """{"prompts": {"query": "q: "}}"""u8.ToArray();
        Directory.Delete(Snapshot(), recursive: true);

        string directory = await DownloadAsync(hub);

        CollectionAssert.AreEqual(new[] { "config_sentence_transformers.json" }, hub.Downloads);
        CollectionAssert.AreEqual(hub.Files["config_sentence_transformers.json"], File.ReadAllBytes(Path.Combine(directory, "config_sentence_transformers.json")));
    }

    [TestMethod]
    [DataRow("v1.0")]
    [DataRow("refs/pr/1")]
    public async Task A_revision_may_be_a_tag_or_a_pull_request(string revision)
    {
        using var hub = new FakeHub();
        hub.Revisions[revision] = FakeHub.Commit;

        await DownloadAsync(hub, revision);

        Assert.AreEqual(FakeHub.Commit, File.ReadAllText(Path.Combine(_cache, "models--tiny-org--tiny.model", "refs", revision)));
        Assert.StartsWith($"/api/models/{FakeHub.Repository}/revision/{Uri.EscapeDataString(revision)}?", hub.Hub.Requests[0].Target);
        Assert.AreEqual(Snapshot(), await DownloadAsync(hub, revision, offline: true));
    }

    [TestMethod]
    public async Task Offline_reads_the_cache_without_a_request()
    {
        using var hub = new FakeHub();
        await DownloadAsync(hub);
        int requests = hub.Hub.Requests.Count;

        string directory = await DownloadAsync(hub, offline: true);

        Assert.AreEqual(Snapshot(), directory);
        Assert.HasCount(requests, hub.Hub.Requests);
    }

    [TestMethod]
    public async Task Offline_without_the_revision_says_so()
    {
        using var hub = new FakeHub();

        FileNotFoundException exception = await Assert.ThrowsExactlyAsync<FileNotFoundException>(() => DownloadAsync(hub, offline: true));

        Assert.Contains("'main' of tiny-org/tiny.model", exception.Message);
        Assert.Contains("HF_HUB_OFFLINE", exception.Message);
        Assert.IsEmpty(hub.Hub.Requests);
    }

    [TestMethod]
    [DataRow("model.safetensors")]
    [DataRow("modules.json")]
    [DataRow("1_Pooling/config.json")]
    [DataRow("tokenizer.json")]
    public async Task Offline_names_the_file_that_is_missing(string path)
    {
        using var hub = new FakeHub();
        await DownloadAsync(hub);
        File.Delete(Path.Combine(Snapshot(), path));

        FileNotFoundException exception = await Assert.ThrowsExactlyAsync<FileNotFoundException>(() => DownloadAsync(hub, offline: true));

        Assert.AreEqual(path, exception.FileName);
        Assert.Contains($"'{path}'", exception.Message);
        Assert.Contains("HF_HUB_OFFLINE", exception.Message);
    }

    [TestMethod]
    public async Task Offline_names_the_file_whose_bytes_were_deleted()
    {
        using var hub = new FakeHub();
        await DownloadAsync(hub);
        File.Delete(Path.Combine(_cache, "models--tiny-org--tiny.model", "blobs", hub.Etag("model.safetensors")));

        FileNotFoundException exception = await Assert.ThrowsExactlyAsync<FileNotFoundException>(() => DownloadAsync(hub, offline: true));

        Assert.AreEqual("model.safetensors", exception.FileName);
    }

    [TestMethod]
    public async Task A_cache_that_Python_filled_is_used()
    {
        // Python's library has other files too, and remembers others as absent.
        using var hub = new FakeHub();
        await DownloadAsync(hub);
        Directory.Delete(Path.Combine(_cache, "models--tiny-org--tiny.model", ".no_exist"), recursive: true);
        File.WriteAllText(Path.Combine(Snapshot(), "README.md"), "# a card");
        File.WriteAllText(Path.Combine(_cache, "models--tiny-org--tiny.model", "refs", "main"), FakeHub.Commit);
        int downloads = hub.Downloads.Length;

        SentenceModel model = await SentenceModel.DownloadAsync(FakeHub.Repository, options: hub.Options(_cache, offline: true), cancellationToken: TestContext.CancellationToken);
        await DownloadAsync(hub);

        Assert.AreEqual("tiny.model", model.Name);
        Assert.HasCount(downloads, hub.Downloads);
    }

    [TestMethod]
    public async Task What_is_only_in_part_in_the_cache_is_completed()
    {
        using var hub = new FakeHub();
        string directory = await DownloadAsync(hub);
        string weights = Path.Combine(_cache, "models--tiny-org--tiny.model", "blobs", hub.Etag("model.safetensors"));
        string tokenizer = Path.Combine(_cache, "models--tiny-org--tiny.model", "blobs", hub.Etag("tokenizer.json"));

        // One blob was deleted under its link, another cut off by something that does not write as this library does.
        File.Delete(weights);
        File.WriteAllBytes(tokenizer, hub.Files["tokenizer.json"][..1000]);
        int downloads = hub.Downloads.Length;

        await DownloadAsync(hub);

        CollectionAssert.AreEquivalent(new[] { "model.safetensors", "tokenizer.json" }, hub.Downloads[downloads..]);
        hub.AssertArrived(directory, _cache);
    }

    [TestMethod]
    public async Task Downloads_at_the_same_time_bring_each_file_once()
    {
        using var hub = new FakeHub();

        string[] directories = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => DownloadAsync(hub))));

        Assert.IsTrue(directories.All(directory => directory == Snapshot()));
        hub.AssertArrived(Snapshot(), _cache);
        Assert.AreEqual(hub.Downloads.Distinct().Count(), hub.Downloads.Length, string.Join(' ', hub.Downloads));
        ParityReport.Add($"hub: {directories.Length} downloads at the same time, each of {hub.Downloads.Length} files received once");
    }

    [TestMethod]
    public async Task A_lock_that_another_holds_is_waited_for()
    {
        using var hub = new FakeHub();
        string path = Path.Combine(_cache, ".locks", "models--tiny-org--tiny.model", hub.Etag("modules.json") + ".lock");
        IDisposable held = await HubLock.AcquireAsync(path, TestContext.CancellationToken);
        Task<string> download = DownloadAsync(hub);
        while (hub.Hub.Requests.Count == 0)
        {
            await Task.Delay(10, TestContext.CancellationToken);
        }

        Assert.IsEmpty(hub.Downloads);
        held.Dispose();

        hub.AssertArrived(await download, _cache);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task The_lock_is_the_one_that_Pythons_filelock_takes()
    {
        const string Locks = "/proc/locks";
        if (!File.Exists(Locks))
        {
            Assert.Inconclusive($"Skipped: this kernel does not list its locks in {Locks}.");
        }

        string ours = $" {Environment.ProcessId} ";
        bool IsHeld() => File.ReadLines(Locks).Any(line => line.Contains("FLOCK", StringComparison.Ordinal) && line.Contains("WRITE", StringComparison.Ordinal) && line.Contains(ours, StringComparison.Ordinal));
        using (await HubLock.AcquireAsync(Path.Combine(_cache, ".locks", "a.lock"), TestContext.CancellationToken))
        {
            Assert.IsTrue(IsHeld());
        }

        Assert.IsFalse(IsHeld());
    }

    [TestMethod]
    public async Task Progress_goes_up_to_the_total()
    {
        using var hub = new FakeHub();
        var progress = new ProgressList();
        long total = hub.Files.Where(file => file.Key is not ("README.md" or ".gitattributes")).Sum(file => (long)file.Value.Length);

        await SentenceModel.DownloadDirectoryAsync(FakeHub.Repository, options: hub.Options(_cache, progress: progress), cancellationToken: TestContext.CancellationToken);

        Assert.IsTrue(progress.Reports.All(report => report.BytesTotal == total));
        CollectionAssert.AreEqual(progress.Reports.Select(report => report.BytesReceived).Order().ToArray(), progress.Reports.Select(report => report.BytesReceived).ToArray());
        Assert.AreEqual(new HubProgress("model.safetensors", total, total), progress.Reports[^1]);
        Assert.IsGreaterThan(2, progress.Reports.Count(report => report.File == "model.safetensors"));
    }

    [TestMethod]
    public async Task An_unreachable_hub_leaves_what_the_cache_has()
    {
        using var hub = new FakeHub();
        await DownloadAsync(hub);
        hub.Break(FakeHub.IsList, 1, _ => new ServerReply(503));

        Assert.AreEqual(Snapshot(), await DownloadAsync(hub));
        hub.Hub.Dispose();
        Assert.AreEqual(Snapshot(), await DownloadAsync(hub));
        Assert.IsEmpty(hub.Time.Waits);
        ParityReport.Add($"hub: unreachable or overloaded, the complete copy in the cache is used");
    }

    [TestMethod]
    public async Task An_unreachable_hub_without_a_copy_is_an_error()
    {
        using var hub = new FakeHub();
        hub.Hub.Dispose();

        HttpRequestException exception = await Assert.ThrowsExactlyAsync<HttpRequestException>(() => DownloadAsync(hub));

        Assert.Contains("cannot be reached", exception.Message);
        Assert.HasCount(HubConnection.MaximumRetries, hub.Time.Waits);
    }

    [TestMethod]
    public async Task Files_that_the_model_does_not_need_may_have_any_name()
    {
        using var hub = new FakeHub();
        hub.Files["runs/Sep17_12:00:00_host/events.out"] = [1];
        hub.Files["aux"] = [2];
        hub.Files["naïve 模型..txt"] = [3];

        string directory = await DownloadAsync(hub);

        Assert.IsFalse(Directory.Exists(Path.Combine(directory, "runs")));
        Assert.IsFalse(File.Exists(Path.Combine(directory, "aux")));
    }

    [TestMethod]
    public async Task A_graph_is_downloaded_where_there_are_no_other_weights()
    {
        using var hub = new FakeHub();
        hub.Files["onnx/model.onnx"] = [1, 2, 3];
        hub.Files["onnx/model_O1.onnx"] = [4];
        hub.Files["model.bin"] = [5];
        await DownloadAsync(hub);
        CollectionAssert.DoesNotContain(hub.Downloads, "onnx/model.onnx");

        hub.Files.Remove("model.safetensors");
        await DownloadAsync(hub);

        Assert.AreEqual("onnx/model.onnx", hub.Downloads[^1]);
        CollectionAssert.DoesNotContain(hub.Downloads, "onnx/model_O1.onnx");
        CollectionAssert.DoesNotContain(hub.Downloads, "model.bin");
    }

    private string Snapshot() => Path.Combine(_cache, "models--tiny-org--tiny.model", "snapshots", FakeHub.Commit);

    private Task<string> DownloadAsync(FakeHub hub, string? revision = null, bool offline = false) =>
        SentenceModel.DownloadDirectoryAsync(FakeHub.Repository, revision, hub.Options(_cache, offline), TestContext.CancellationToken);
}
