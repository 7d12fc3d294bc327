namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What the hub says a revision is: a commit and its files.</summary>
/// <param name="Id">The commit's id, 40 digits.</param>
/// <param name="Files">All files by path.</param>
internal sealed record HubCommit(string Id, IReadOnlyDictionary<string, HubFile> Files)
{
    /// <summary>How long the hub's answer may be: several hundred bytes a file, and the model's card.</summary>
    public const int MaximumAnswerLength = 8 << 20;

    // The largest model repositories, with every checkpoint of a training, have some thousand.
    private const int MaximumFiles = 10_000;

    // More than any file has, and little enough to add up.
    private const long MaximumFileSize = 1L << 44;

    /// <summary>Reads the answer to api/models/.../revision/... with blobs=true.</summary>
    /// <param name="answer">The JSON.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="InvalidDataException">The answer is none of a hub, or names a file outside the repository.</exception>
    public static HubCommit Parse(ReadOnlyMemory<byte> answer, string source)
    {
        JsonItem root = JsonItem.Parse(answer, source);
        JsonItem id = root.Get("sha");
        if (!HubRepository.IsCommitId(id.Text()))
        {
            throw id.Error("a commit's id of 40 digits");
        }

        var files = new Dictionary<string, HubFile>(StringComparer.Ordinal);
        JsonItem list = root.Get("siblings");
        foreach (JsonItem item in list.Items())
        {
            if (files.Count == MaximumFiles)
            {
                throw list.Error($"a list of at most {MaximumFiles} files");
            }

            HubFile file = ReadFile(item);
            files[file.Path] = file;
        }

        return new HubCommit(id.Text(), files);
    }

    private static HubFile ReadFile(JsonItem item)
    {
        JsonItem path = item.Get("rfilename");
        if (HubPath.LeadsOutside(path.Text()))
        {
            throw path.Error("a path inside the repository");
        }

        // The large files lie elsewhere, and git has a short text in their place.
        JsonItem? large = item.Find("lfs");
        JsonItem etag = large?.Get("sha256") ?? item.Get("blobId");
        return HubFile.IsEtag(etag.Text())
            ? new HubFile(path.Text(), (large?.Find("size") ?? item.Get("size")).Integer(0, MaximumFileSize), etag.Text())
            : throw etag.Error("a checksum of 40 or 64 digits");
    }
}
