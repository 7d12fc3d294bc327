namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads an added token: a text, or an object with its content and flags.</summary>
internal static class AddedTokenJson
{
    // Every place in a text may have to be compared with the whole token.
    private const int LongestContent = 1000;

    /// <summary>Reads a token of tokenizer.json's added_tokens or of tokenizer_config.json; null where there is none or it is empty.</summary>
    /// <param name="value">A text (a special token), an object, or nothing.</param>
    /// <param name="isSpecial">Whether an object that does not say so is a special token.</param>
    public static AddedToken? Read(JsonValue value, bool isSpecial = false)
    {
        if (value.IsNull)
        {
            return null;
        }

        string content = value.IsString ? value.GetString() : value["content"].GetString();
        if (content.Length > LongestContent)
        {
            throw (value.IsString ? value : value["content"]).Bad($"a text of at most {LongestContent} characters");
        }

        if (content.Length == 0 || value.IsString)
        {
            return content.Length == 0 ? null : new AddedToken(content);
        }

        bool special = value["special"].GetBoolean(absent: isSpecial);
        return new AddedToken(content)
        {
            IsSpecial = special,
            IsNormalized = value["normalized"].GetBoolean(absent: !special),
            IsSingleWord = value["single_word"].GetBoolean(absent: false),
            StripsLeft = value["lstrip"].GetBoolean(absent: false),
            StripsRight = value["rstrip"].GetBoolean(absent: false),
        };
    }
}
