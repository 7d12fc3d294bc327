namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>What Python says for a tiny model; the names are those of the file.</summary>
internal sealed record TinyGolden
{
    public required string Model { get; init; }

    public required string Note { get; init; }

    public int? MaxSeqLength { get; init; }

    public required string SimilarityFnName { get; init; }

    public int? TruncateDim { get; init; }

    public required Dictionary<string, string> Prompts { get; init; }

    public string? DefaultPromptName { get; init; }

    public required string[] Texts { get; init; }

    /// <summary>Gets each text's ids: alone, special tokens included, truncated, with the prompt that plain encode applies.</summary>
    public required int[][] InputIds { get; init; }

    /// <summary>Gets the number of ids had there been no truncation; nothing where there is none.</summary>
    public int[]? UntruncatedLengths { get; init; }

    public required TinyCall[] Encode { get; init; }

    /// <summary>Gets the encoder's output for two of the texts; nothing of a model whose encoder is a table.</summary>
    public TinyTokenEmbeddings[] TokenEmbeddings { get; init; } = [];

    /// <summary>Gets the prompt that plain encode puts in front.</summary>
    public string DefaultPrompt => DefaultPromptName is null ? string.Empty : Prompts[DefaultPromptName];

    /// <summary>Asserts that every text has its ids behind the default prompt and behind those of the calls, and gives the number of texts compared.</summary>
    public int AssertIds(SentenceTokenizer tokenizer, int maximumTokens)
    {
        int compared = AssertIds(tokenizer, maximumTokens, DefaultPrompt, InputIds);
        foreach (TinyCall call in Encode.Where(call => call.InputIds is not null))
        {
            compared += AssertIds(tokenizer, maximumTokens, call.ResolvedPrompt ?? string.Empty, call.InputIds!);
        }

        return compared;
    }

    private int AssertIds(SentenceTokenizer tokenizer, int maximumTokens, string prompt, int[][] expected)
    {
        Assert.HasCount(Texts.Length, expected);
        int[] ids = new int[Math.Min(maximumTokens, 10_000)];
        for (int index = 0; index < Texts.Length; index++)
        {
            string text = prompt + Texts[index];
            int count = tokenizer.Encode(text, ids);
            CollectionAssert.AreEqual(expected[index], ids[..count], $"text {index}: {text}");
            Assert.AreEqual(count, tokenizer.CountTokens(text, maximumTokens), $"text {index}: {text}");
        }

        return Texts.Length;
    }
}
