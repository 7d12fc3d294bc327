namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Puts it into words that a disk is full.</summary>
internal static class DiskSpace
{
    // ENOSPC; EDQUOT of Linux and of macOS; ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.
    private static readonly int[] UsedUp = [28, 122, 69, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    /// <summary>Says whether a file could not be written for want of space.</summary>
    public static bool IsUsedUp(IOException exception) => UsedUp.Contains(exception.HResult);

    /// <summary>Makes the error that says what to do.</summary>
    public static IOException Error(IOException exception, string path, string need) =>
        new($"The disk of {Path.GetDirectoryName(path)} is full: {need}. Free some space and download again, or name another disk in HubOptions.CacheDirectory or the environment variable HF_HUB_CACHE.", exception)
        {
            HResult = exception.HResult,
        };
}
