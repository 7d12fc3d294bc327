using System.Net;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The hub refused a request; the message says why and what can be done.</summary>
internal sealed class HubRequestException : HttpRequestException
{
    private const string HowToGiveToken = "HubOptions.Token or the environment variable HF_TOKEN";

    private HubRequestException(string message, HttpStatusCode status, string? code)
        : base(message, inner: null, status) => Code = code;

    /// <summary>Gets the hub's own name for the reason, or null for none.</summary>
    public string? Code { get; }

    /// <summary>Gets a value indicating whether the repository is there, but not the revision.</summary>
    public bool IsRevisionNotFound => Code == "RevisionNotFound";

    /// <summary>Puts an answer into words.</summary>
    /// <param name="response">The answer, whose status says that it failed.</param>
    /// <param name="repository">What was asked for.</param>
    /// <param name="settings">How it was asked for.</param>
    public static HubRequestException From(HttpResponseMessage response, HubRepository repository, HubSettings settings)
    {
        string? code = Header(response, "X-Error-Code");
        string reason = Header(response, "X-Error-Message") ?? response.ReasonPhrase ?? string.Empty;
        string name = repository.Name;
        string message = ((int)response.StatusCode, code) switch
        {
            (_, "RevisionNotFound") => $"{name} has no revision '{repository.Revision}': name one of its branches, tags, or commits; without one, {HubRepository.DefaultRevision} is taken",
            (_, "EntryNotFound") => $"{name} has a file in its list that the hub does not find; try again later",
            (_, "GatedRepo") => $"{name} is gated: ask for access on {settings.Endpoint}/{name}, and give the token of the account that has it in {HowToGiveToken}",
            (401, _) when settings.Token is not null && code != "RepoNotFound" => $"the hub does not accept the token for {name}: it may have expired; make a new one and give it in {HowToGiveToken}",
            (401 or 404, _) => $"there is no {name} on {settings.Endpoint}, or it is private: check the name, and for a private model give a token that may read it in {HowToGiveToken}",
            (403, _) => $"the token may not read {name}: give one that may in {HowToGiveToken}",
            (429, _) => $"the hub has had too many requests for now: try again later; with a token, in {HowToGiveToken}, it allows more",
            _ => $"{response.RequestMessage?.RequestUri?.Host} did not give a file of {name}; try again later",
        };

        // Reasons are the server's: they may be long.
        return new HubRequestException($"{Capitalize(message)} ({(int)response.StatusCode} {Excerpt.Of(reason, 200)}).", response.StatusCode, code);
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(' ', values) : null;

    // A name keeps its own capitals.
    private static string Capitalize(string message) => message.StartsWith("the", StringComparison.Ordinal) ? "T" + message[1..] : message;
}
