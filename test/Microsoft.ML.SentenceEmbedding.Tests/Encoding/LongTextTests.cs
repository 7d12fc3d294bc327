namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Texts that are computed in windows, against windows cut and averaged by hand.</summary>
[TestClass]
public sealed class LongTextTests
{
    // What the order of float32 sums may change.
    private const float RoundingTolerance = 1e-6f;

    private static readonly SentenceEncoderOptions Windows = new() { LongTexts = LongTextHandling.AverageWindows };
    private static readonly string Long = string.Join(' ', ReferenceEmbeddings.Texts.Take(60));

    [TestMethod]
    public void Truncation_is_the_default() => Assert.AreEqual(LongTextHandling.Truncate, new SentenceEncoderOptions().LongTexts);

    [TestMethod]
    public void Unknown_handling_is_refused() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SentenceEncoderOptions { LongTexts = (LongTextHandling)2 });

    [TestMethod]
    [DataRow("bert-mean-normalize")]
    [DataRow("bert-cls-prompts-exclude")]
    [DataRow("legacy-keys")]
    public void Texts_that_fit_have_the_vectors_of_truncation_bit_by_bit(string name)
    {
        SentenceModel model = SentenceModel.Load(TinyModels.Directory(name));
        using var truncating = new SentenceEncoder(model);
        using var encoder = new SentenceEncoder(model, Windows);
        string[] texts = [.. ReferenceEmbeddings.Texts.Where(text => model.Tokenizer.CountTokens(model.Prompt + text) + 2 <= model.MaximumTokens), CreateText(model, 0)];

        Assert.IsGreaterThan(50, texts.Length);
        CollectionAssert.AreEqual(truncating.Encode(texts).SelectMany(vector => vector).ToArray(), encoder.Encode(texts).SelectMany(vector => vector).ToArray());
        CollectionAssert.AreEqual(truncating.Encode(texts[^1]), encoder.Encode(texts[^1]));
    }

    [TestMethod]
    [DataRow("bert-mean-normalize", 1)]
    [DataRow("bert-mean-normalize", 1000)]
    [DataRow("bert-cls-prompts-exclude", 1)]
    [DataRow("bert-cls-prompts-exclude", 500)]
    [DataRow("legacy-keys", 500)]
    public void The_vector_is_the_average_of_the_windows(string name, int tokensTooMany)
    {
        SentenceModel model = SentenceModel.Load(TinyModels.Directory(name));
        using var encoder = new SentenceEncoder(model, Windows);
        string text = CreateText(model, tokensTooMany);

        float[] vector = encoder.Encode(text);

        Assert.IsLessThanOrEqualTo(RoundingTolerance, Difference.Largest(vector, AverageByHand(encoder, text)));
        using var truncating = new SentenceEncoder(model);
        Assert.IsGreaterThan(1000 * RoundingTolerance, Difference.Largest(vector, truncating.Encode(text)));
    }

    [TestMethod]
    public void The_default_model_averages_windows_to_vectors_of_length_one()
    {
        using var encoder = new SentenceEncoder(SentenceModel.Default, Windows);

        float[] vector = encoder.Encode(Long);

        Assert.IsLessThanOrEqualTo(RoundingTolerance, Difference.Largest(vector, AverageByHand(encoder, Long)));
        Assert.AreEqual(1, vector.Sum(x => (double)x * x), 1e-6);
    }

    [TestMethod]
    public void A_long_text_alone_and_in_a_batch_has_the_same_vector()
    {
        SentenceModel model = SentenceModel.Load(TinyModels.Directory("bert-cls-prompts-exclude"));
        using var encoder = new SentenceEncoder(model, Windows);
        string[] texts = [Long, .. ReferenceEmbeddings.Texts.Take(300), CreateText(model, 40), string.Empty, Long];

        float[][] together = encoder.Encode(texts);

        for (int i = 0; i < texts.Length; i++)
        {
            Assert.IsLessThanOrEqualTo(RoundingTolerance, Difference.Largest(together[i], encoder.Encode(texts[i])), $"text {i}");
        }
    }

    [TestMethod]
    public void Texts_beyond_one_round_of_planning_keep_their_places()
    {
        // 250 texts of 80 windows each: more sequences than are planned together.
        SentenceModel model = SentenceModel.Load(TinyModels.Directory("legacy-keys"));
        using var encoder = new SentenceEncoder(model, Windows);
        string[] long250 = [.. Enumerable.Range(0, 250).Select(i => ReferenceEmbeddings.Texts[i] + " " + CreateText(model, 80 * 22))];

        float[][] vectors = encoder.Encode(long250);

        foreach (int i in new[] { 0, 101, 102, 103, 249 })
        {
            Assert.IsLessThanOrEqualTo(RoundingTolerance, Difference.Largest(vectors[i], encoder.Encode(long250[i])), $"text {i}");
        }
    }

    [TestMethod]
    public void Progress_counts_texts_and_not_windows()
    {
        using var encoder = new SentenceEncoder(SentenceModel.Load(TinyModels.Directory("legacy-keys")), Windows);
        string[] texts = [.. Enumerable.Repeat(Long, 5), .. ReferenceEmbeddings.Texts.Take(100)];
        var done = new List<int>();

        encoder.Encode(texts, new Recorder(done), CancellationToken.None);

        Assert.AreEqual(texts.Length, done.Max());
        Assert.HasCount(done.Count, done.Distinct().ToArray());
    }

    [TestMethod]
    public void A_prompt_that_leaves_no_room_truncates()
    {
        SentenceModel model = new EditableModel("bert-cls-prompts-exclude").Set("sentence_bert_config.json", "max_seq_length", "5").Load();
        using var truncating = new SentenceEncoder(model);
        using var encoder = new SentenceEncoder(model, Windows);

        CollectionAssert.AreEqual(truncating.Encode(Long), encoder.Encode(Long));
    }

    /// <summary>Gives a text of varied words that has some tokens more than the model takes.</summary>
    private static string CreateText(SentenceModel model, int tokensTooMany)
    {
        int wanted = model.MaximumTokens - 2 - model.Tokenizer.CountTokens(model.Prompt) + tokensTooMany;
        string text = string.Join(' ', Enumerable.Range(0, wanted).Select(i => (char)('a' + (i * i) % 26)));
        Assert.AreEqual(wanted, model.Tokenizer.CountTokens(text));
        return text;
    }

    private static float[] AverageByHand(SentenceEncoder encoder, string text)
    {
        SentenceModel model = encoder.Model;
        int[] ids = [.. model.Tokenizer.EncodeToIds(text)];
        int[] empty = encoder.Tokenize([string.Empty.AsMemory()])[0];
        int[][] parts = [.. ids.Chunk(model.MaximumTokens - empty.Length)];
        float[][] vectors = encoder.EncodeTokens([.. parts.Select(part => new ReadOnlyMemory<int>([.. empty[..^1], .. part, empty[^1]]))], CancellationToken.None);
        Assert.IsGreaterThan(1, vectors.Length);

        double[] average = [.. Enumerable.Range(0, model.Dimensions).Select(d => vectors.Zip(parts).Sum(pair => pair.First[d] * (double)pair.Second.Length) / ids.Length)];
        double length = model.IsNormalized ? Math.Sqrt(average.Sum(x => x * x)) : 1;
        return [.. average.Select(x => (float)(x / length))];
    }

    private sealed class Recorder(List<int> done) : IProgress<EncodingProgress>
    {
        public void Report(EncodingProgress value)
        {
            lock (done)
            {
                done.Add(value.Done);
            }
        }
    }
}
