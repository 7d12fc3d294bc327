namespace Microsoft.ML.SentenceEmbedding;

/// <summary>An added token and its id.</summary>
internal sealed record NumberedToken(AddedToken Token, int Id);
