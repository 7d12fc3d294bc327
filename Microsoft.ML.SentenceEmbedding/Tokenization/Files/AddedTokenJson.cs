namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads an added token: a text, or an object with its content and flags.</summary>
internal static class AddedTokenJson
{
    // Every place in a text may have to be compared with the whole token.
    private const int LongestContent = 1000;

    /// <summary>Reads a token of tokenizer.json's added_tokens or of tokenizer_config.json; null where there is none or it is empty.</summary>
    /// <param name="value">A string (a special token), an object, or nothing.</param>
    /// <param name="isSpecial">Whether an object that does not say so is a special token.</param>
    public static AddedToken? Read(JsonItem? value, bool isSpecial = false)
    {
        if (value is null)
        {
            return null;
        }

        JsonItem text = value.IsText ? value : value.Get("content");
        string content = text.Text();
        if (content.Length > LongestContent)
        {
            throw text.Error($"a string of at most {LongestContent} characters");
        }

        if (content.Length == 0 || value.IsText)
        {
            return content.Length == 0 ? null : new AddedToken(content);
        }

        bool special = value.Find("special")?.Flag() ?? isSpecial;
        return new AddedToken(content)
        {
            IsSpecial = special,
            IsNormalized = value.Find("normalized")?.Flag() ?? !special,
            IsSingleWord = value.Find("single_word")?.Flag() ?? false,
            StripsLeft = value.Find("lstrip")?.Flag() ?? false,
            StripsRight = value.Find("rstrip")?.Flag() ?? false,
        };
    }
}
