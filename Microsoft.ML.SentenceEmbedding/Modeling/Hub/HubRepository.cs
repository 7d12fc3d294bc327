using System.Text.RegularExpressions;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A model repository's name and a revision of it, both checked, and what the hub and its cache call them.</summary>
internal sealed partial class HubRepository
{
    /// <summary>The revision that is meant where none is named.</summary>
    public const string DefaultRevision = "main";

    private const int MaximumRevisionLength = 255;

    /// <summary>Checks the names.</summary>
    /// <exception cref="ArgumentException">No repository or revision can be called so.</exception>
    public HubRepository(string repository, string? revision)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(repository);
        if (!RepositoryPattern().IsMatch(repository) || repository.Contains("--", StringComparison.Ordinal) || repository.Contains("..", StringComparison.Ordinal)
            || repository.EndsWith(".git", StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{Excerpt.Of(repository)}' is no repository of the hub: 'organization/name' is expected, of letters, digits, '-', '_' and '.', at most 96 each.", nameof(repository));
        }

        revision ??= DefaultRevision;
        if (revision.Length > MaximumRevisionLength || !RevisionPattern().IsMatch(revision) || !HubPath.IsPortable(revision)
            || revision.Split('/').Any(name => name[0] == '.' || name.EndsWith(".lock", StringComparison.Ordinal)))
        {
            throw new ArgumentException($"'{Excerpt.Of(revision)}' is no revision: a branch, a tag, or a commit is expected, of letters, digits, and any of '.', '_', '-', '+', '/'.", nameof(revision));
        }

        Name = repository;
        Revision = revision;
    }

    /// <summary>Gets the name: 'organization/name', or an old model's without an organization.</summary>
    public string Name { get; }

    /// <summary>Gets the branch, tag, or commit.</summary>
    public string Revision { get; }

    /// <summary>Gets the name without the organization.</summary>
    public string ShortName => Name[(Name.IndexOf('/') + 1)..];

    /// <summary>Gets a value indicating whether the revision is a commit, which never changes.</summary>
    public bool IsCommit => IsCommitId(Revision);

    /// <summary>Gets the name of the repository's folder in the cache.</summary>
    public string FolderName => "models--" + Name.Replace("/", "--", StringComparison.Ordinal);

    /// <summary>Says whether a text is a commit's full id.</summary>
    public static bool IsCommitId(string text) => text.Length == 40 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Gives the address of what the hub knows about the revision.</summary>
    public Uri RevisionAddress(string endpoint) => new($"{endpoint}/api/models/{Name}/revision/{Uri.EscapeDataString(Revision)}?blobs=true");

    /// <summary>Gives the address of a file.</summary>
    public Uri FileAddress(string endpoint, string commit, string path) =>
        new($"{endpoint}/{Name}/resolve/{commit}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}");

    [GeneratedRegex(@"\A(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?/)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex RepositoryPattern();

    [GeneratedRegex(@"\A[A-Za-z0-9._+/-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex RevisionPattern();
}
