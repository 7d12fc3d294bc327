namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Where the hub sends a download to, and what goes along.</summary>
[TestClass]
public sealed class HubRedirectTests
{
    private readonly string _cache = TemporaryFiles.CreatePath();

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task The_token_goes_to_the_hub_and_to_no_other_host()
    {
        using var hub = new FakeHub();

        await AssertArrivesAsync(hub);

        Assert.IsTrue(hub.Hub.Requests.All(request => request.Headers["Authorization"] == "Bearer " + FakeHub.Token));
        Assert.IsNotEmpty(hub.Content.Requests);
        Assert.IsTrue(hub.Content.Requests.All(request => !request.Headers.ContainsKey("Authorization")));
        ParityReport.Add($"hub: redirect to another host, the token not sent along");
    }

    [TestMethod]
    public async Task A_renamed_repository_is_followed_with_the_token()
    {
        using var hub = new FakeHub();
        const string Marker = "?moved";

        // The answer's own ETag is that of the redirect, not of the file.
        static ServerReply Moved(ServerRequest request, ServerReply reply) =>
            request.Target.EndsWith(Marker, StringComparison.Ordinal) ? reply : new ServerReply(307) { Headers = { ["Location"] = request.Target.Split('?')[0] + Marker, ["ETag"] = "\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"" } };
        hub.Break(request => FakeHub.IsList(request), 2, Moved);

        await AssertArrivesAsync(hub);

        Assert.EndsWith(Marker, hub.Hub.Requests[1].Target);
        Assert.AreEqual("Bearer " + FakeHub.Token, hub.Hub.Requests[1].Headers["Authorization"]);
        ParityReport.Add($"hub: relative redirect of a renamed repository, followed");
    }

    [TestMethod]
    public async Task The_headers_of_a_relative_redirect_are_not_the_files()
    {
        using var hub = new FakeHub();
        string target = $"/{FakeHub.Repository}/resolve/{FakeHub.Commit}/tokenizer.json";
        hub.Break(request => request.Target.EndsWith("/tokenizer.json", StringComparison.Ordinal), 1, _ => new ServerReply(307) { Headers = { ["Location"] = target, ["ETag"] = "\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"" } });

        await AssertArrivesAsync(hub);

        Assert.IsEmpty(hub.Time.Waits);
    }

    [TestMethod]
    public async Task Redirects_without_an_end_are_an_error()
    {
        using var hub = new FakeHub();
        hub.Break(FakeHub.IsContent, int.MaxValue, (request, _) => new ServerReply(302) { Headers = { ["Location"] = request.Target } });

        HttpRequestException exception = await Assert.ThrowsExactlyAsync<HttpRequestException>(() => DownloadAsync(hub));

        hub.AssertNothingWrong(_cache);
        Assert.Contains("redirects", exception.Message);
    }

    [TestMethod]
    public async Task A_handler_that_follows_redirects_is_refused()
    {
        using var hub = new FakeHub();
        using var handler = new SocketsHttpHandler();
        var options = new HubOptions { Endpoint = new Uri(hub.Hub.Address), CacheDirectory = _cache, Token = FakeHub.Token, MessageHandler = handler };

        InvalidOperationException exception = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => SentenceModel.DownloadDirectoryAsync(FakeHub.Repository, options: options, cancellationToken: TestContext.CancellationToken));

        Assert.Contains("AllowAutoRedirect", exception.Message);
    }

    [TestMethod]
    public async Task A_handler_of_the_application_is_used_and_not_disposed()
    {
        using var hub = new FakeHub();
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        var options = new HubOptions { Endpoint = new Uri(hub.Hub.Address), CacheDirectory = _cache, Token = "", MessageHandler = handler };

        await SentenceModel.DownloadDirectoryAsync(FakeHub.Repository, options: options, cancellationToken: TestContext.CancellationToken);
        await SentenceModel.DownloadDirectoryAsync(FakeHub.Repository, options: options, cancellationToken: TestContext.CancellationToken);

        Assert.IsTrue(hub.Hub.Requests.All(request => !request.Headers.ContainsKey("Authorization")));
    }

    private Task<string> DownloadAsync(FakeHub hub) => SentenceModel.DownloadDirectoryAsync(FakeHub.Repository, options: hub.Options(_cache), cancellationToken: TestContext.CancellationToken);

    private async Task AssertArrivesAsync(FakeHub hub) => hub.AssertArrived(await DownloadAsync(hub), _cache);
}
