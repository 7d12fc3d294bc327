using System.Buffers;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A tokenizer in the stages of Hugging Face's: added tokens, normalization, words, pieces. It gives the ids without special tokens around them.</summary>
/// <remarks>
/// <para>
/// <see cref="Tokenizer.Normalizer"/> and <see cref="Tokenizer.PreTokenizer"/> are null, and the arguments considerNormalization and
/// considerPreTokenization of the inherited methods are ignored. Their normalizedText is always null, and offsets, indices and consumed
/// characters refer to the text that was passed.
/// </para>
/// <para>A surrogate without its other half counts as U+FFFD. Instances are immutable and serve any number of threads.</para>
/// </remarks>
internal sealed partial class SubwordTokenizer : Tokenizer, ISpanTokenizer
{
    private readonly NormalizationStep[] _normalization;
    private readonly PreTokenization _preTokenization;
    private readonly ISubwordModel _model;
    private readonly SubwordDecoder _decoder;
    private readonly AddedTokenMatcher? _addedTokens;
    private readonly AddedTokenMatcher? _normalizedAddedTokens;
    private readonly bool _needsCopy;
    private readonly bool _needsPlaces;
    private readonly bool _hasWindows;

    /// <summary>Initializes a new instance of the <see cref="SubwordTokenizer"/> class.</summary>
    /// <param name="addedTokens">The added tokens with their ids.</param>
    /// <param name="normalization">What happens to a text first.</param>
    /// <param name="preTokenization">How it is split into words.</param>
    /// <param name="model">Spells words.</param>
    /// <param name="decoder">Turns ids back.</param>
    public SubwordTokenizer(
        IReadOnlyCollection<NumberedToken> addedTokens,
        IReadOnlyList<NormalizationStep> normalization,
        PreTokenization preTokenization,
        ISubwordModel model,
        SubwordDecoder decoder)
    {
        _normalization = [.. normalization];
        _preTokenization = preTokenization;
        _model = model;
        _decoder = decoder;
        _needsPlaces = preTokenization.Metaspace?.Scheme == PrependScheme.First;
        _needsCopy = _needsPlaces || _normalization.Length > 0;
        _addedTokens = AddedTokenMatcher.Create(addedTokens.Where(added => !added.Token.IsNormalized), token => token.Content);
        NumberedToken[] normalized = [.. addedTokens.Where(added => added.Token.IsNormalized)];
        _normalizedAddedTokens = AddedTokenMatcher.Create(normalized, token => Normalize(token.Content));
        _hasWindows = preTokenization.EndsWordsAtSpaces
            && _normalization.All(step => step.IsLocal)
            && !normalized.Any(added => added.Token.StripsRight || TextWindow.CanBeCut(Normalize(added.Token.Content)));
    }

    /// <summary>Decodes ids to text.</summary>
    /// <param name="ids">The ids; those that no token has are skipped.</param>
    /// <returns>The text; bytes that are no character become U+FFFD.</returns>
    public override string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var bytes = new ArrayBufferWriter<byte>();
        bool isFirst = true;
        foreach (int id in ids)
        {
            _decoder.Append(id, isFirst, bytes);
            isFirst = false;
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <inheritdoc/>
    /// <remarks>Where the destination is too small, the text ends with a whole character; its last token may have bytes of the next one.</remarks>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        idsConsumed = 0;
        charsWritten = 0;
        Decoder characters = Encoding.UTF8.GetDecoder();
        var bytes = new ArrayBufferWriter<byte>();
        foreach (int id in ids)
        {
            bytes.ResetWrittenCount();
            _decoder.Append(id, isFirst: idsConsumed == 0, bytes);
            if (characters.GetCharCount(bytes.WrittenSpan, flush: false) > destination.Length - charsWritten)
            {
                return OperationStatus.DestinationTooSmall;
            }

            charsWritten += characters.GetChars(bytes.WrittenSpan, destination[charsWritten..], flush: false);
            idsConsumed++;
        }

        if (characters.GetCharCount([], flush: true) > destination.Length - charsWritten)
        {
            return OperationStatus.DestinationTooSmall;
        }

        charsWritten += characters.GetChars([], destination[charsWritten..], flush: true);
        return OperationStatus.Done;
    }

    private string Normalize(string content)
    {
        var text = new WorkingText(content, 0, keepsPlaces: false);
        try
        {
            Normalize(ref text);
            return text.Characters.ToString();
        }
        finally
        {
            text.Dispose();
        }
    }

    private void Normalize(ref WorkingText text)
    {
        foreach (NormalizationStep step in _normalization)
        {
            step.Apply(ref text);
        }
    }
}
