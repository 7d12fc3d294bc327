using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>Texts in, ids out, special tokens included.</summary>
internal sealed class TokenizeWorkload : Workload
{
    private readonly SentenceModel _model = SentenceModel.Default;
    private readonly BertTokenizer _bert;
    private readonly TokenizedText[] _texts;
    private readonly TokenizedText[][] _parts;

    /// <summary>Prepares the texts, a part for each thread.</summary>
    public TokenizeWorkload(WorkloadSetting setting)
    {
        _texts = setting.Data.Mixed(setting.Scale(10_000));
        _parts = [.. _texts.Chunk((_texts.Length + setting.Threads - 1) / setting.Threads)];

        // The options that an uncased BERT is trained with; the defaults keep accents.
        _bert = BertTokenizer.Create(setting.Data.VocabularyPath, new BertOptions { RemoveNonSpacingMarks = true });
        Description = $"{_texts.Length:n0} texts, three sentences to one abstract, {_texts.Average(text => text.Ids.Length):f0} tokens on average";
        Arms =
        [
            new("Microsoft.ML.Tokenizers.BertTokenizer", () => InParallel(TokenizeWithBert), Agreement(BertIds)),
            new("SentenceModel.Tokenizer, by the same method", () => InParallel(TokenizeWithModel), Agreement(ModelIds)),
            new("TokenSequences, as SentenceEncoder does it", () => InParallel(TokenizeAsEncoder), Agreement(EncoderIds)),
        ];
    }

    public override string Name => "tokenize";

    public override string Description { get; }

    public override int Items => _texts.Length;

    public override IReadOnlyList<Arm> Arms { get; }

    public override string AgreementName => "texts with Python's ids";

    public override void Dispose()
    {
    }

    private IReadOnlyList<int> BertIds(string text) => _bert.EncodeToIds(text, _model.MaximumTokens, addSpecialTokens: true, out _, out _);

    /// <summary>Gives the ids without special tokens, which the tokenizer alone does not add.</summary>
    private IReadOnlyList<int> ModelIds(string text) => _model.Tokenizer.EncodeToIds(text, _model.MaximumTokens - _model.SentenceTokenizer.SpecialTokenCount, out _, out _);

    private int[] EncoderIds(string text)
    {
        using var sequences = new TokenSequences(_model);
        sequences.AddText(text);
        return sequences[0].ToArray();
    }

    private void TokenizeWithBert(TokenizedText[] texts)
    {
        foreach (var text in texts)
        {
            BertIds(text.Text);
        }
    }

    private void TokenizeWithModel(TokenizedText[] texts)
    {
        foreach (var text in texts)
        {
            ModelIds(text.Text);
        }
    }

    private void TokenizeAsEncoder(TokenizedText[] texts)
    {
        using var sequences = new TokenSequences(_model);
        foreach (var text in texts)
        {
            sequences.AddText(text.Text);
        }
    }

    private void InParallel(Action<TokenizedText[]> tokenize)
        => Parallel.ForEach(_parts, new ParallelOptions { MaxDegreeOfParallelism = _parts.Length }, tokenize);

    /// <summary>Gives the part of the texts whose ids are Python's, with or without special tokens.</summary>
    private double Agreement(Func<string, IReadOnlyList<int>> encode) => _texts.Average(text =>
    {
        IReadOnlyList<int> ids = encode(text.Text);
        return ids.SequenceEqual(text.Ids) || ids.SequenceEqual(text.Ids[1..^1]) ? 1.0 : 0;
    });
}
