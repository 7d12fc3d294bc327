using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Ids back to text, as Hugging Face's WordPiece decoder does it.</summary>
internal sealed class WordPieceDecoder
{
    // Applied to each token with the space in front of it, in this order.
    private static readonly (string From, string To)[] CleanUps =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    private readonly Dictionary<int, string> _tokens;
    private readonly HashSet<int> _specialIds = [];
    private readonly string _continuingPrefix;
    private readonly bool _cleansUp;

    /// <summary>Initializes a new instance of the <see cref="WordPieceDecoder"/> class.</summary>
    public WordPieceDecoder(Dictionary<string, int> vocabulary, IEnumerable<NumberedToken> addedTokens, string continuingPrefix, bool cleansUp)
    {
        _tokens = new Dictionary<int, string>(vocabulary.Count);
        foreach ((string token, int id) in vocabulary)
        {
            _tokens[id] = token;
        }

        foreach ((AddedToken token, int id) in addedTokens)
        {
            _tokens[id] = token.Content;
            if (token.IsSpecial)
            {
                _specialIds.Add(id);
            }
        }

        _continuingPrefix = continuingPrefix;
        _cleansUp = cleansUp;
    }

    /// <summary>Gets the token of an id that the tokenizer gave.</summary>
    public string TokenOf(int id) => _tokens[id];

    /// <summary>Appends a token to the text decoded so far; an id that is unknown or skipped adds nothing and gives false.</summary>
    public bool TryAppend(StringBuilder text, int id, bool isFirst, bool skipSpecialTokens)
    {
        if (!_tokens.TryGetValue(id, out string? token) || (skipSpecialTokens && _specialIds.Contains(id)))
        {
            return false;
        }

        if (!isFirst)
        {
            bool continues = token.StartsWith(_continuingPrefix, StringComparison.Ordinal);
            token = continues ? token[_continuingPrefix.Length..] : $" {token}";
        }

        if (_cleansUp)
        {
            foreach ((string from, string to) in CleanUps)
            {
                token = token.Replace(from, to, StringComparison.Ordinal);
            }
        }

        text.Append(token);
        return true;
    }
}
