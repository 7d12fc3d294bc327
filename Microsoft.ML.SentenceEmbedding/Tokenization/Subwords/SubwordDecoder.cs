using System.Buffers;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Ids back to text: bytes from the letters of <see cref="ByteAlphabet"/>, or marks back to spaces.</summary>
internal sealed class SubwordDecoder
{
    private readonly Dictionary<int, string> _tokens;
    private readonly Metaspace? _metaspace;
    private readonly bool _usesByteAlphabet;
    private readonly bool _usesBytePieces;

    /// <summary>Initializes a new instance of the <see cref="SubwordDecoder"/> class.</summary>
    /// <param name="vocabulary">The ids of the model's tokens.</param>
    /// <param name="addedTokens">The added tokens.</param>
    /// <param name="metaspace">The mark for spaces, if there is one.</param>
    /// <param name="usesByteAlphabet">Whether the letters of tokens are bytes.</param>
    /// <param name="usesBytePieces">Whether a piece such as "&lt;0x0A&gt;" is a byte.</param>
    public SubwordDecoder(IReadOnlyDictionary<string, int> vocabulary, IEnumerable<NumberedToken> addedTokens, Metaspace? metaspace, bool usesByteAlphabet, bool usesBytePieces)
    {
        _metaspace = metaspace;
        _usesByteAlphabet = usesByteAlphabet;
        _usesBytePieces = usesBytePieces;
        _tokens = new Dictionary<int, string>(vocabulary.Count);
        foreach ((string token, int id) in vocabulary)
        {
            _tokens[id] = token;
        }

        foreach ((AddedToken token, int id) in addedTokens)
        {
            _tokens[id] = token.Content;
        }
    }

    /// <summary>Gets the token of an id that the tokenizer gave.</summary>
    public string TokenOf(int id) => _tokens[id];

    /// <summary>Writes the UTF-8 bytes of a token, perhaps only a part of a character; none for an id that no token has.</summary>
    public void Append(int id, bool isFirst, ArrayBufferWriter<byte> bytes)
    {
        if (!_tokens.TryGetValue(id, out string? token))
        {
            return;
        }

        if (_usesByteAlphabet && token.All(letter => ByteAlphabet.TryGetByte(letter, out _)))
        {
            foreach (char letter in token)
            {
                ByteAlphabet.TryGetByte(letter, out bytes.GetSpan(1)[0]);
                bytes.Advance(1);
            }

            return;
        }

        if (_usesBytePieces && token is ['<', '0', 'x', _, _, '>'] && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value))
        {
            bytes.Write([value]);
            return;
        }

        if (_metaspace is { } metaspace)
        {
            // The mark in front of the first word was put there by encoding.
            token = isFirst && metaspace.Scheme != PrependScheme.Never && token.StartsWith(metaspace.Replacement) ? token[1..] : token;
            token = token.Replace(metaspace.Replacement, ' ');
        }

        Encoding.UTF8.GetBytes(token, bytes);
    }
}
