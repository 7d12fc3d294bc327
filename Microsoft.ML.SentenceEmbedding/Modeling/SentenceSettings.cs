namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What config_sentence_transformers.json says: prompts, similarity, and truncation.</summary>
/// <param name="Prompts">Prompts by name.</param>
/// <param name="DefaultPromptName">The prompt that plain encoding puts in front, or null for none.</param>
/// <param name="SimilarityFunction">cosine, dot, euclidean, or manhattan.</param>
/// <param name="TruncateDimensions">How many of the first dimensions are kept, or null for all.</param>
internal sealed record SentenceSettings(
    IReadOnlyDictionary<string, string> Prompts,
    string? DefaultPromptName,
    string SimilarityFunction,
    int? TruncateDimensions)
{
    private static readonly string[] SimilarityFunctions = ["cosine", "dot", "euclidean", "manhattan"];

    /// <summary>Gets the settings of a model without the file.</summary>
    public static SentenceSettings None { get; } = new(NewPrompts(), null, SimilarityFunctions[0], null);

    /// <summary>Reads the file.</summary>
    /// <exception cref="NotSupportedException">The model is none that gives one vector per text, or compares them in another way.</exception>
    public static SentenceSettings Read(ModelFile file)
    {
        JsonItem config = file.ReadJson();
        if (config.Find("model_type") is { } modelType && modelType.Text() != "SentenceTransformer")
        {
            throw modelType.Unsupported("SentenceTransformer");
        }

        Dictionary<string, string> prompts = NewPrompts();
        foreach ((string name, JsonItem prompt) in config.Find("prompts")?.Properties() ?? [])
        {
            prompts[name] = prompt.Text();
        }

        JsonItem? defaultPromptName = config.Find("default_prompt_name");
        if (defaultPromptName is not null && !prompts.ContainsKey(defaultPromptName.Text()))
        {
            throw defaultPromptName.Error($"one of the prompts: {Excerpt.Of(string.Join(", ", prompts.Keys))}");
        }

        JsonItem? similarity = config.Find("similarity_fn_name");
        if (similarity is not null && !SimilarityFunctions.Contains(similarity.Text()))
        {
            throw similarity.Unsupported(string.Join(", ", SimilarityFunctions));
        }

        return new SentenceSettings(
            prompts.AsReadOnly(),
            defaultPromptName?.Text(),
            similarity?.Text() ?? None.SimilarityFunction,
            config.Find("truncate_dim")?.Integer(1, int.MaxValue));
    }

    // Python has these two for every model; files only change them.
    private static Dictionary<string, string> NewPrompts() =>
        new(StringComparer.Ordinal) { ["query"] = string.Empty, ["document"] = string.Empty };
}
