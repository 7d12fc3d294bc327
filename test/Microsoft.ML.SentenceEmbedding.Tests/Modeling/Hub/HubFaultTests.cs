using System.Net;
using System.Text;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Whatever goes wrong on the way, the model arrives byte for byte or an error says what happened, and the cache has no wrong file.</summary>
[TestClass]
public sealed class HubFaultTests
{
    private const int BreakAt = 100_000;
    private const string Weights = "model.safetensors";

    private readonly string _cache = TemporaryFiles.CreatePath();

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task A_broken_connection_is_taken_up_where_it_broke()
    {
        using var hub = new FakeHub();
        hub.Break(FakeHub.IsContent, 1, BrokenOff);

        await AssertArrivesAsync(hub);

        CollectionAssert.AreEqual(new[] { 0, BreakAt }, hub.Content.Requests.Select(request => request.Offset).ToArray());
        Report($"connection broken in the middle, resumed at byte {BreakAt}");
    }

    [TestMethod]
    public async Task A_small_file_is_resumed_on_the_hub_itself()
    {
        using var hub = new FakeHub();
        hub.Break(IsTokenizer, 1, reply => reply with { SentLength = 20_000 });

        await AssertArrivesAsync(hub);

        CollectionAssert.AreEqual(new[] { 0, 20_000 }, hub.Hub.Requests.Where(IsTokenizer).Select(request => request.Offset).ToArray());
        Report($"connection broken in a small file, resumed at byte {20_000}");
    }

    [TestMethod]
    public async Task A_connection_that_breaks_again_and_again_is_an_error_and_the_next_download_goes_on()
    {
        using var hub = new FakeHub();
        const int Step = 10_000;
        hub.Break(FakeHub.IsContent, HubConnection.MaximumRetries + 1, reply => reply with { SentLength = Step });

        HttpRequestException exception = await Assert.ThrowsExactlyAsync<HttpRequestException>(() => DownloadAsync(hub));

        int kept = Step * (HubConnection.MaximumRetries + 1);
        Assert.Contains($"{kept} of {hub.Files[Weights].Length} bytes are kept", exception.Message);
        hub.AssertNothingWrong(_cache);
        await AssertArrivesAsync(hub);
        Assert.AreEqual(kept, hub.Content.Requests[^1].Offset);
        Report($"connection broken {HubConnection.MaximumRetries + 1} times: an error, and the next download went on at byte {kept}");
    }

    [TestMethod]
    [DataRow("Content-Length says too little", -1000)]
    [DataRow("Content-Length says too much", 1000)]
    public async Task A_wrong_length_does_no_harm(string fault, int difference)
    {
        using var hub = new FakeHub();
        hub.Break(FakeHub.IsContent, 1, reply => reply with { ClaimedLength = reply.Body.Length + difference, SentLength = reply.Body.Length + Math.Min(difference, 0) });

        await AssertArrivesAsync(hub);

        Report($"{fault}, the rest was asked for");
    }

    [TestMethod]
    public async Task More_bytes_than_the_file_has_are_thrown_away()
    {
        using var hub = new FakeHub();
        hub.Break(FakeHub.IsContent, 1, reply => reply with { Body = [.. reply.Body, 1, 2, 3] });

        await AssertArrivesAsync(hub);

        Report($"more bytes than the file has, started over");
    }

    [TestMethod]
    [DataRow(500)]
    [DataRow(502)]
    [DataRow(503)]
    [DataRow(429)]
    [DataRow(408)]
    public async Task Passing_errors_are_waited_out(int status)
    {
        using var hub = new FakeHub();
        hub.Break(FakeHub.IsList, 3, _ => new ServerReply(status));
        hub.Break(IsTokenizer, 2, _ => new ServerReply(status));
        hub.Break(FakeHub.IsContent, 4, _ => new ServerReply(status));

        await AssertArrivesAsync(hub);

        Report($"status {status} for the list three times, a small file twice, the weights four times");
    }

    [TestMethod]
    public async Task Retry_After_is_obeyed()
    {
        using var hub = new FakeHub();
        hub.Break(FakeHub.IsList, 1, _ => new ServerReply(429) { Headers = { ["Retry-After"] = "77" } });

        await AssertArrivesAsync(hub);

        CollectionAssert.AreEqual(new[] { TimeSpan.FromSeconds(77) }, hub.Time.Waits.ToArray());
        Report($"429 with Retry-After, waited for 77 seconds");
    }

    [TestMethod]
    public async Task A_wait_that_is_too_long_is_an_error()
    {
        using var hub = new FakeHub();
        hub.Break(FakeHub.IsList, 1, _ => new ServerReply(429) { Headers = { ["Retry-After"] = "86400" } });

        HttpRequestException exception = await AssertFailsAsync<HubRequestException>(hub);

        Assert.AreEqual(HttpStatusCode.TooManyRequests, exception.StatusCode);
        Assert.IsEmpty(hub.Time.Waits);
    }

    [TestMethod]
    public async Task An_error_that_does_not_pass_is_shown()
    {
        using var hub = new FakeHub();
        hub.Break(FakeHub.IsContent, int.MaxValue, _ => new ServerReply(500));

        HttpRequestException exception = await AssertFailsAsync<HubRequestException>(hub);

        Assert.AreEqual(HttpStatusCode.InternalServerError, exception.StatusCode);
        Assert.HasCount(HubConnection.MaximumRetries, hub.Time.Waits);
        Assert.DoesNotContain("signature", exception.ToString());
    }

    [TestMethod]
    [DataRow(Weights)]
    [DataRow("tokenizer.json")]
    public async Task Wrong_bytes_of_the_right_length_are_found_by_their_checksum(string path)
    {
        using var hub = new FakeHub();
        hub.Break(request => IsFile(request, hub, path), 1, Damaged);

        await AssertArrivesAsync(hub);

        Report($"wrong bytes of the right length in {path}, found by their checksum and received anew");
    }

    [TestMethod]
    [DataRow(Weights)]
    [DataRow("tokenizer.json")]
    public async Task Bytes_that_stay_wrong_are_an_error(string path)
    {
        using var hub = new FakeHub();
        hub.Break(request => IsFile(request, hub, path), int.MaxValue, Damaged);

        InvalidDataException exception = await AssertFailsAsync<InvalidDataException>(hub);

        Assert.Contains($"'{path}'", exception.Message);
        Assert.Contains(hub.Etag(path), exception.Message);
        Report($"wrong bytes in {path} at every attempt: an error, and no file");
    }

    [TestMethod]
    public async Task A_server_without_ranges_starts_over()
    {
        using var hub = new FakeHub();
        hub.Break(FakeHub.IsContent, 1, BrokenOff);
        hub.Break(FakeHub.IsContent, 1, _ => new ServerReply(200, hub.Files[Weights]));

        await AssertArrivesAsync(hub);

        Assert.AreEqual(BreakAt, hub.Content.Requests[1].Offset);
        Report($"Range ignored, the file received from its beginning");
    }

    [TestMethod]
    [DataRow("bytes 5-451623/451624")]
    [DataRow("bytes 100000-200000/200001")]
    [DataRow("")]
    public async Task A_range_that_was_not_asked_for_starts_over(string range)
    {
        using var hub = new FakeHub();
        hub.Break(FakeHub.IsContent, 1, BrokenOff);
        hub.Break(FakeHub.IsContent, 1, reply => reply with { Headers = range.Length == 0 ? [] : new() { ["Content-Range"] = range } });

        await AssertArrivesAsync(hub);

        Assert.AreEqual(0, hub.Content.Requests[^1].Offset);
        Report($"Content-Range '{range}' instead of the one asked for, started over");
    }

    [TestMethod]
    [DataRow("X-Linked-Etag", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"")]
    [DataRow("X-Linked-Size", "17")]
    [DataRow("X-Repo-Commit", "ffffffffffffffffffffffffffffffffffffffff")]
    public async Task Another_file_between_attempts_is_not_mixed_in(string header, string value)
    {
        using var hub = new FakeHub();
        ServerReply Change(ServerReply reply) => reply with { Headers = new(reply.Headers) { [header] = value } };
        hub.Break(FakeHub.IsContent, 1, BrokenOff);
        int answers = 0;
        hub.Break(request => IsFileOnHub(request, Weights), 2, reply => answers++ == 1 ? Change(reply) : reply);

        await AssertArrivesAsync(hub);

        Report($"{header} changed between two attempts, asked again");
        using var liar = new FakeHub();
        liar.Break(request => IsFileOnHub(request, Weights), int.MaxValue, Change);
        string cache = TemporaryFiles.CreatePath();
        InvalidDataException exception = await Assert.ThrowsExactlyAsync<InvalidDataException>(() => SentenceModel.DownloadDirectoryAsync(FakeHub.Repository, options: liar.Options(cache), cancellationToken: TestContext.CancellationToken));
        Assert.Contains(header, exception.Message);
        liar.AssertNothingWrong(cache);
        Assert.IsEmpty(liar.Content.Requests);
    }

    [TestMethod]
    [DataRow("the weights")]
    [DataRow("the list of files")]
    public async Task A_server_that_falls_silent_is_left(string what)
    {
        using var hub = new FakeHub();
        hub.Break(what == "the weights" ? FakeHub.IsContent : FakeHub.IsList, 1, reply => reply with { SentLength = 50, Hangs = true });
        HubOptions options = new()
        {
            Endpoint = new Uri(hub.Hub.Address),
            CacheDirectory = _cache,
            Token = "",
            Time = hub.Time,
            MaximumSilence = TimeSpan.FromSeconds(2),
        };

        string directory = await SentenceModel.DownloadDirectoryAsync(FakeHub.Repository, options: options, cancellationToken: TestContext.CancellationToken);

        hub.AssertArrived(directory, _cache);
        Report($"silence in the middle of {what}, asked again");
    }

    [TestMethod]
    public async Task A_list_that_breaks_off_is_asked_for_again()
    {
        using var hub = new FakeHub();
        hub.Break(FakeHub.IsList, 2, reply => reply with { SentLength = 100 });

        await AssertArrivesAsync(hub);

        Report($"list of files broken off twice, asked for again");
    }

    [TestMethod]
    public async Task Cancellation_keeps_what_is_there()
    {
        using var hub = new FakeHub();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.CancellationToken);
        hub.Break(FakeHub.IsContent, 1, reply => reply with { SentLength = BreakAt, Hangs = true });
        var progress = new ProgressList(report =>
        {
            if (Incomplete() == BreakAt)
            {
                cancellation.Cancel();
            }
        });

        await Assert.ThrowsAsync<OperationCanceledException>(() => SentenceModel.DownloadDirectoryAsync(FakeHub.Repository, options: hub.Options(_cache, progress: progress), cancellationToken: cancellation.Token));

        Assert.AreEqual(BreakAt, Incomplete());
        hub.AssertNothingWrong(_cache);
        await AssertArrivesAsync(hub);
        Assert.AreEqual(BreakAt, hub.Content.Requests[^1].Offset);
        Report($"cancelled, and the next download went on at byte {BreakAt}");

        long Incomplete() => FakeHub.Blobs(_cache).Where(path => path.EndsWith(".incomplete", StringComparison.Ordinal)).Sum(path => new FileInfo(path).Length);
    }

    [TestMethod]
    [DataRow(1000)]
    [DataRow(451_624)]
    [DataRow(500_000)]
    public async Task What_an_earlier_download_left_wrong_is_thrown_away(int length)
    {
        using var hub = new FakeHub();
        string blobs = Path.Combine(_cache, "models--tiny-org--tiny.model", "blobs");
        Directory.CreateDirectory(blobs);
        File.WriteAllBytes(Path.Combine(blobs, hub.Etag(Weights) + ".incomplete"), new byte[length]);

        await AssertArrivesAsync(hub);

        Report($"{length} wrong bytes left by an earlier download, thrown away");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task A_full_disk_is_named()
    {
        using var hub = new FakeHub();
        string blobs = Path.Combine(_cache, "models--tiny-org--tiny.model", "blobs");
        Directory.CreateDirectory(blobs);
        File.CreateSymbolicLink(Path.Combine(blobs, hub.Etag(Weights) + ".incomplete"), "/dev/full");

        IOException exception = await Assert.ThrowsExactlyAsync<IOException>(() => DownloadAsync(hub));

        Assert.Contains("is full", exception.Message);
        Assert.Contains("HF_HUB_CACHE", exception.Message);
        Report($"disk full: an error that says what to do");
    }

    [TestMethod]
    [DataRow("not JSON")]
    [DataRow("[]")]
    [DataRow("{}")]
    [DataRow("""{"sha": "main", "siblings": []}""")]
    [DataRow("""{"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [{"rfilename": "config.json"}]}""")]
    [DataRow("""{"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [{"rfilename": "config.json", "size": -1, "blobId": "0123456789abcdef0123456789abcdef01234567"}]}""")]
    [DataRow("""{"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [{"rfilename": "config.json", "size": 9223372036854775807, "blobId": "0123456789abcdef0123456789abcdef01234567"}]}""")]
    [DataRow("""{"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [{"rfilename": "config.json", "size": 1, "blobId": "../../../evil"}]}""")]
    public async Task A_list_that_is_none_is_an_error(string answer)
    {
        using var hub = new FakeHub();
        hub.Break(FakeHub.IsList, int.MaxValue, _ => new ServerReply(200, answer));

        InvalidDataException exception = await AssertFailsAsync<InvalidDataException>(hub);

        Assert.Contains("/api/models/tiny-org/tiny.model/revision/main", exception.Message);
    }

    [TestMethod]
    public async Task A_list_without_an_end_is_an_error()
    {
        using var hub = new FakeHub();
        hub.Break(FakeHub.IsList, int.MaxValue, _ => new ServerReply(200, new byte[HubCommit.MaximumAnswerLength + 1]));
        Assert.Contains("more than the", (await AssertFailsAsync<InvalidDataException>(hub)).Message);

        using var full = new FakeHub();
        string item = $$"""{"rfilename": "a", "size": 1, "blobId": "{{FakeHub.Commit}}"}""";
        var list = new StringBuilder();
        for (int file = 0; file <= 10_000; file++)
        {
            list.Append(file == 0 ? "" : ",").Append(item.Replace("\"a\"", $"\"a{file}\"", StringComparison.Ordinal));
        }

        full.Break(FakeHub.IsList, int.MaxValue, _ => new ServerReply(200, $$"""{"sha": "{{FakeHub.Commit}}", "siblings": [{{list}}]}"""));
        Assert.Contains("at most 10000 files", (await AssertFailsAsync<InvalidDataException>(full)).Message);
    }

    private static ServerReply BrokenOff(ServerReply reply) => reply with { SentLength = BreakAt };

    private static ServerReply Damaged(ServerReply reply)
    {
        byte[] bytes = [.. reply.Body];
        bytes[bytes.Length / 2] ^= 1;
        return reply with { Body = bytes };
    }

    private static bool IsFileOnHub(ServerRequest request, string path) => request.Target.EndsWith($"/resolve/{FakeHub.Commit}/{path}", StringComparison.Ordinal);

    private static bool IsTokenizer(ServerRequest request) => IsFileOnHub(request, "tokenizer.json");

    private static bool IsFile(ServerRequest request, FakeHub hub, string path) => FakeHub.IsLarge(path) ? request.Target.StartsWith($"/{hub.Etag(path)}?", StringComparison.Ordinal) : IsFileOnHub(request, path);

    private static void Report(FormattableString fault) => ParityReport.Add($"hub: {FormattableString.Invariant(fault)}");

    private Task<string> DownloadAsync(FakeHub hub) => SentenceModel.DownloadDirectoryAsync(FakeHub.Repository, options: hub.Options(_cache), cancellationToken: TestContext.CancellationToken);

    private async Task AssertArrivesAsync(FakeHub hub) => hub.AssertArrived(await DownloadAsync(hub), _cache);

    private async Task<TException> AssertFailsAsync<TException>(FakeHub hub)
        where TException : Exception
    {
        TException exception = await Assert.ThrowsExactlyAsync<TException>(() => DownloadAsync(hub));
        hub.AssertNothingWrong(_cache);
        Assert.IsFalse(Directory.Exists(Path.Combine(_cache, "models--tiny-org--tiny.model", "refs")), "a revision that is not complete has a name");
        return exception;
    }
}
