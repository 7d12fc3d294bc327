using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>A hub with one repository that holds a tiny model, and the host that the hub sends clients to for large files.</summary>
internal sealed class FakeHub : IDisposable
{
    public const string Repository = "tiny-org/tiny.model";
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";
    public const string Token = "hf_secret";

    private readonly Lock _lock = new();
    private readonly List<(Func<ServerRequest, bool> IsMeant, Func<ServerRequest, ServerReply, ServerReply> Change, int Times)> _faults = [];

    public FakeHub(string tinyModel = "bert-mean-normalize")
    {
        string directory = TinyModels.Directory(tinyModel);
        foreach (string path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            Files[Path.GetRelativePath(directory, path).Replace('\\', '/')] = File.ReadAllBytes(path);
        }

        Files["README.md"] = "# a card"u8.ToArray();
        Files[".gitattributes"] = "*.safetensors filter=lfs"u8.ToArray();
        Hub = new FaultyServer(request => WithFaults(request, AnswerAsHub(request)));
        Content = new FaultyServer(request => WithFaults(request, AnswerAsContent(request)));
    }

    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Gets the branches and tags.</summary>
    public Dictionary<string, string> Revisions { get; } = new() { ["main"] = Commit };

    public FaultyServer Hub { get; }

    public FaultyServer Content { get; }

    /// <summary>Gets how long the library would have waited, had the clock not run ahead.</summary>
    public ImmediateTime Time { get; } = new();

    /// <summary>Gets the requests for bytes of files, by path in the repository, without the redirects to the content host.</summary>
    public string[] Downloads => [.. Hub.Requests.Select(request => request.Target).Where(target => target.Contains("/resolve/", StringComparison.Ordinal)).Select(target => target.Split('/', 6)[5])];

    public static bool IsLarge(string path) => path.EndsWith(".safetensors", StringComparison.Ordinal) || path.EndsWith(".bin", StringComparison.Ordinal) || path.EndsWith(".onnx", StringComparison.Ordinal);

    public static string Etag(string path, byte[] bytes) => Convert.ToHexStringLower(IsLarge(path)
        ? SHA256.HashData(bytes)
        : CryptographicOperations.HashData(HashAlgorithmName.SHA1, [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {bytes.Length}\0")), .. bytes]));

    public static bool IsContent(ServerRequest request) => request.Target.Contains("?signature", StringComparison.Ordinal);

    public static bool IsList(ServerRequest request) => request.Target.StartsWith("/api/", StringComparison.Ordinal);

    public string Etag(string path) => Etag(path, Files[path]);

    public HubOptions Options(string cache, bool? offline = false, IProgress<HubProgress>? progress = null, string? token = Token) => new()
    {
        Endpoint = new Uri(Hub.Address),
        CacheDirectory = cache,
        Offline = offline,
        Progress = progress,
        Token = token,
        Time = Time,
        MaximumSilence = TimeSpan.FromSeconds(20),
    };

    /// <summary>Changes the first answers to requests of a kind.</summary>
    public void Break(Func<ServerRequest, bool> isMeant, int times, Func<ServerRequest, ServerReply, ServerReply> change)
    {
        lock (_lock)
        {
            _faults.Add((isMeant, change, times));
        }
    }

    /// <summary>Changes the first answers to requests of a kind.</summary>
    public void Break(Func<ServerRequest, bool> isMeant, int times, Func<ServerReply, ServerReply> change) => Break(isMeant, times, (_, reply) => change(reply));

    /// <summary>Asserts that a directory has the model's files, byte for byte, and that the cache holds nothing wrong and nothing unfinished.</summary>
    public void AssertArrived(string directory, string cache)
    {
        string[] paths = [.. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(directory, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];
        string[] expected = [.. Files.Keys.Where(path => path is not ("README.md" or ".gitattributes")).Order(StringComparer.Ordinal)];
        CollectionAssert.AreEqual(expected, paths);
        foreach (string path in paths)
        {
            CollectionAssert.AreEqual(Files[path], File.ReadAllBytes(Path.Combine(directory, path)), path);
        }

        Assert.IsEmpty(Directory.EnumerateFiles(cache, "*.incomplete", SearchOption.AllDirectories));
        AssertNothingWrong(cache);
    }

    /// <summary>Asserts that every blob with a final name is one of the repository's files.</summary>
    public void AssertNothingWrong(string cache)
    {
        var known = Files.ToDictionary(file => Etag(file.Key), file => file.Value);
        foreach (string blob in Blobs(cache).Where(path => !path.EndsWith(".incomplete", StringComparison.Ordinal)))
        {
            CollectionAssert.AreEqual(known[Path.GetFileName(blob)], File.ReadAllBytes(blob), blob);
        }

        Assert.IsEmpty(Directory.Exists(cache) ? Directory.EnumerateFiles(cache, "*.tmp", SearchOption.AllDirectories) : []);
    }

    /// <summary>Gives the paths of a cache's blobs.</summary>
    public static string[] Blobs(string cache)
    {
        string blobs = Path.Combine(cache, "models--tiny-org--tiny.model", "blobs");
        return Directory.Exists(blobs) ? Directory.GetFiles(blobs) : [];
    }

    public void Dispose()
    {
        Hub.Dispose();
        Content.Dispose();
    }

    private static ServerReply Slice(ServerRequest request, byte[] bytes, Dictionary<string, string> headers) => request.Offset == 0
        ? new ServerReply(200, bytes) { Headers = headers }
        : new ServerReply(206, bytes[request.Offset..]) { Headers = new(headers) { ["Content-Range"] = $"bytes {request.Offset}-{bytes.Length - 1}/{bytes.Length}" } };

    private ServerReply WithFaults(ServerRequest request, ServerReply reply)
    {
        lock (_lock)
        {
            int index = _faults.FindIndex(fault => fault.Times > 0 && fault.IsMeant(request));
            if (index < 0)
            {
                return reply;
            }

            _faults[index] = _faults[index] with { Times = _faults[index].Times - 1 };
            return _faults[index].Change(request, reply);
        }
    }

    private ServerReply AnswerAsHub(ServerRequest request)
    {
        string target = Uri.UnescapeDataString(request.Target);
        const string Api = $"/api/models/{Repository}/revision/";
        const string Resolve = $"/{Repository}/resolve/{Commit}/";
        if (target.StartsWith(Api, StringComparison.Ordinal))
        {
            string revision = target[Api.Length..].Split('?')[0];
            string? commit = revision == Commit ? Commit : Revisions.GetValueOrDefault(revision);
            return commit is not null
                ? new ServerReply(200, List(commit))
                : new ServerReply(404) { Headers = { ["X-Error-Code"] = "RevisionNotFound", ["X-Error-Message"] = "Invalid rev id" } };
        }

        if (!target.StartsWith(Resolve, StringComparison.Ordinal))
        {
            return new ServerReply(401) { Headers = { ["X-Error-Code"] = "RepoNotFound", ["X-Error-Message"] = "Repository not found" } };
        }

        string path = target[Resolve.Length..];
        if (!Files.TryGetValue(path, out byte[]? bytes))
        {
            return new ServerReply(404) { Headers = { ["X-Error-Code"] = "EntryNotFound", ["X-Error-Message"] = "Entry not found" } };
        }

        string etag = $"\"{Etag(path)}\"";
        return IsLarge(path)
            ? new ServerReply(302)
            {
                Headers =
                {
                    ["Location"] = $"{Content.Address}/{Etag(path)}?signature=1",
                    ["X-Linked-Etag"] = etag,
                    ["X-Linked-Size"] = bytes.Length.ToString(CultureInfo.InvariantCulture),
                    ["X-Repo-Commit"] = Commit,
                },
            }
            : Slice(request, bytes, new() { ["ETag"] = etag, ["X-Repo-Commit"] = Commit });
    }

    private ServerReply AnswerAsContent(ServerRequest request)
    {
        byte[] bytes = Files.First(file => request.Target.Contains(Etag(file.Key), StringComparison.Ordinal)).Value;
        return Slice(request, bytes, new() { ["ETag"] = "\"the-host-has-its-own\"" });
    }

    private string List(string commit) => new JsonObject
    {
        ["id"] = Repository,
        ["sha"] = commit,
        ["siblings"] = new JsonArray([.. Files.Select(file => (JsonNode)new JsonObject
        {
            ["rfilename"] = file.Key,
            ["size"] = file.Value.Length,
            ["blobId"] = IsLarge(file.Key) ? "ffffffffffffffffffffffffffffffffffffffff" : Etag(file.Key),
            ["lfs"] = IsLarge(file.Key) ? new JsonObject { ["sha256"] = Etag(file.Key), ["size"] = file.Value.Length, ["pointerSize"] = 134 } : null,
        })]),
    }.ToJsonString();
}
