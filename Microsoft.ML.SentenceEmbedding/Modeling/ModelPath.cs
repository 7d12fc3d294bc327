using System.Buffers;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Relative paths inside a model directory; they come from files that strangers wrote.</summary>
internal static class ModelPath
{
    private const int MaximumLength = 1024;

    private static readonly SearchValues<char> ForbiddenCharacters = SearchValues.Create("\\:*?\"<>|");

    /// <summary>Joins a folder, empty for the model directory itself, and a file's name.</summary>
    public static string Combine(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";

    /// <summary>Says whether a path names something below the model directory on every operating system.</summary>
    public static bool IsInside(string path) =>
        path.Length <= MaximumLength && path.Split('/').All(IsPlainName);

    /// <summary>Throws unless <see cref="IsInside"/>; the message names who asked for the path.</summary>
    public static void Require(string path, string origin)
    {
        if (!IsInside(path))
        {
            throw new InvalidDataException($"{origin}: the path '{Excerpt.Of(path)}' must name something inside the model directory: names separated by '/', no '..', drive, or other separator.");
        }
    }

    // Windows drops dots and spaces at the end of a name, so that ".. " would be ".."; a colon starts a drive or a stream.
    private static bool IsPlainName(string name) =>
        name.Length > 0 && name[^1] is not ('.' or ' ') && !name.AsSpan().ContainsAny(ForbiddenCharacters) && !name.Any(char.IsControl);
}
