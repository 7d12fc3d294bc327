namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What the options and, where they say nothing, the environment variables of huggingface_hub say about a download.</summary>
internal sealed record HubSettings
{
    private const string DefaultEndpoint = "https://huggingface.co";

    /// <summary>Gets the hub's address, without a '/' at its end.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Gets the token, or null for none.</summary>
    public string? Token { get; init; }

    /// <summary>Gets the full path of the cache.</summary>
    public required string CacheDirectory { get; init; }

    /// <summary>Gets a value indicating whether no request may be made.</summary>
    public bool IsOffline { get; init; }

    /// <summary>Gets a value indicating whether snapshots may consist of symbolic links.</summary>
    public bool AllowsSymbolicLinks { get; init; } = true;

    /// <summary>Gets the options that have no environment variable.</summary>
    public required HubOptions Options { get; init; }

    /// <summary>Puts options and environment together.</summary>
    /// <exception cref="ArgumentException">The endpoint or the token is none.</exception>
    public static HubSettings Resolve(HubOptions? options, Func<string, string?> environment)
    {
        options ??= new HubOptions();
        string home = Variable("HF_HOME") ?? Path.Combine(Variable("XDG_CACHE_HOME") ?? "~/.cache", "huggingface");
        string cache = options.CacheDirectory ?? Variable("HF_HUB_CACHE") ?? Variable("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(home, "hub");
        return new HubSettings
        {
            Endpoint = CheckEndpoint(options.Endpoint?.OriginalString ?? Variable("HF_ENDPOINT") ?? DefaultEndpoint),
            Token = CheckToken(options.Token ?? FindToken()),
            CacheDirectory = ExpandHome(cache),
            IsOffline = options.Offline ?? (IsTrue("HF_HUB_OFFLINE") || IsTrue("TRANSFORMERS_OFFLINE")),
            AllowsSymbolicLinks = !IsTrue("HF_HUB_DISABLE_SYMLINKS"),
            Options = options,
        };

        string? Variable(string name) => environment(name) is { Length: > 0 } value ? value : null;

        bool IsTrue(string name) => Variable(name)?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";

        string? FindToken()
        {
            if (IsTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN"))
            {
                return null;
            }

            string path = ExpandHome(Variable("HF_TOKEN_PATH") ?? Path.Combine(home, "token"));
            return Variable("HF_TOKEN") ?? Variable("HUGGING_FACE_HUB_TOKEN") ?? (File.Exists(path) ? File.ReadAllText(path) : null);
        }
    }

    private static string ExpandHome(string path) => Path.GetFullPath(path == "~" || path.StartsWith("~/", StringComparison.Ordinal)
        ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..]
        : path);

    private static string CheckEndpoint(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            && uri is { UserInfo: "", Query: "", Fragment: "" }
            ? uri.AbsoluteUri.TrimEnd('/')
            : throw new ArgumentException($"The hub's address is '{Excerpt.Of(endpoint)}'; HubOptions.Endpoint, or the environment variable HF_ENDPOINT, must be an address such as {DefaultEndpoint}.");

    // Whatever else it holds would end up in a header.
    private static string? CheckToken(string? token)
    {
        token = token?.Trim();
        return string.IsNullOrEmpty(token) ? null
            : token.All(character => character is > ' ' and <= '~') ? token
            : throw new ArgumentException("The hub's token, from HubOptions.Token, the environment variable HF_TOKEN or the token file of HF_HOME, must be of letters, digits and signs only, without spaces.");
    }
}
