namespace Microsoft.ML.SentenceEmbedding;

/// <summary>How far a download has come.</summary>
/// <param name="File">The path, inside the repository, of the file that is being received.</param>
/// <param name="BytesReceived">The bytes of all the model's files that are there, those of earlier downloads included. A file that has to start over takes its bytes back.</param>
/// <param name="BytesTotal">The bytes of all the model's files.</param>
public readonly record struct HubProgress(string File, long BytesReceived, long BytesTotal);
