namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Where a model comes from, for the cards of models that are made from it.</summary>
/// <param name="HubName">Its name on the Hugging Face hub.</param>
/// <param name="License">Its license, as the hub abbreviates it.</param>
internal sealed record ModelOrigin(string HubName, string License);
