using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>What a caller chooses about vectors: prompt, dimensions, normalization. That the numbers are Python's is tested in <see cref="TinyParityTests"/>.</summary>
[TestClass]
public sealed class EmbeddingSettingsTests
{
    // What the order of float32 sums may change.
    private const float RoundingTolerance = 1e-6f;

    private const string Text = "A short text.";

    private static readonly string Long = string.Join(' ', ReferenceEmbeddings.Texts.Take(60));
    private static readonly SentenceModel Prompted = Load("bert-cls-prompts-exclude");
    private static readonly SentenceModel Plain = Load("bert-cased-max");
    private static readonly SentenceModel Truncating = Load("bert-truncate-dim");

    [TestMethod]
    public void A_prompt_wins_over_a_name_and_an_empty_one_over_the_models()
    {
        CollectionAssert.AreEqual(Encode(Prompted, new() { Prompt = "x: " }), Encode(Prompted, new() { Prompt = "x: ", PromptName = "nobody looks for it" }));
        CollectionAssert.AreEqual(Encode(Prompted, new() { PromptName = "document" }), Encode(Prompted, new() { Prompt = string.Empty }));
        CollectionAssert.AreEqual(Encode(Prompted, new()), Encode(Prompted, new() { PromptName = "query" }));
        CollectionAssert.AreNotEqual(Encode(Prompted, new()), Encode(Prompted, new() { Prompt = string.Empty }));
    }

    [TestMethod]
    public void An_unknown_name_is_refused_with_the_names_there_are()
    {
        var options = new SentenceEncoderOptions { PromptName = "passage" };
        var transforms = new MLContext().Transforms;
        foreach (Action action in new Action[]
        {
            () => new SentenceEncoder(Prompted, options).Dispose(),
            () => transforms.SentenceEmbedding(new SentenceEmbeddingEstimator.Options { OutputColumnName = "A", Model = Prompted, EncoderOptions = options }),
            () => transforms.TokenizeSentence(new TokenizeSentenceEstimator.Options { OutputColumnName = "A", Model = Prompted, EncoderOptions = options }),
            () => transforms.PoolTokens(new PoolTokensEstimator.Options { OutputColumnName = "A", Model = Prompted, EncoderOptions = options }),
        })
        {
            ArgumentException exception = Assert.ThrowsExactly<ArgumentException>(action);

            StringAssert.Contains(exception.Message, "bert-cls-prompts-exclude has no prompt named 'passage' (PromptName); its prompts are query, document.");
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(-1)]
    public void Dimensions_that_are_none_are_refused(int dimensions) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SentenceEncoderOptions { Dimensions = dimensions });

    [TestMethod]
    public void More_dimensions_than_there_are_change_nothing()
    {
        using var encoder = new SentenceEncoder(Plain, new SentenceEncoderOptions { Dimensions = int.MaxValue });

        Assert.AreEqual(Plain.Dimensions, encoder.Dimensions);
        CollectionAssert.AreEqual(Encode(Plain, new()), encoder.Encode(Text));
    }

    [TestMethod]
    public void Dimensions_replace_the_models_own_truncation()
    {
        float[] own = Encode(Truncating, new());
        float[] longer = Encode(Truncating, new() { Dimensions = 24 });
        float[] all = Encode(Truncating, new() { Dimensions = 32 });

        Assert.HasCount(16, own);
        Assert.HasCount(24, longer);
        CollectionAssert.AreEqual(own, all[..16]);
        CollectionAssert.AreEqual(longer, all[..24]);
        Assert.AreEqual(1, TensorPrimitives.Norm<float>(all), RoundingTolerance);
    }

    [TestMethod]
    [DataRow("bert-mean-normalize", null, false, true)]
    [DataRow("bert-mean-normalize", 48, false, true)]
    [DataRow("bert-mean-normalize", 47, false, false)]
    [DataRow("bert-mean-normalize", 47, true, true)]
    [DataRow("bert-cased-max", null, false, false)]
    [DataRow("bert-cased-max", null, true, true)]
    [DataRow("bert-truncate-dim", null, false, false)]
    [DataRow("bert-truncate-dim", 32, false, true)]
    public void Settings_tell_whether_vectors_have_length_one(string name, int? dimensions, bool normalize, bool expected)
    {
        SentenceModel model = Load(name);
        var options = new SentenceEncoderOptions { Dimensions = dimensions, Normalize = normalize };

        Assert.AreEqual(expected, EmbeddingSettings.Create(model, options).IsNormalized);
        Assert.AreEqual(expected, Math.Abs(1 - TensorPrimitives.Norm<float>(Encode(model, options))) < RoundingTolerance);
    }

    [TestMethod]
    public void A_vector_of_zeros_stays_one()
    {
        float[] vector = [1, 1, 1];

        EmbeddingSettings.Create(Plain, new SentenceEncoderOptions { Normalize = true, Dimensions = 3 }).Apply(new float[32], vector);

        CollectionAssert.AreEqual(new float[3], vector);
    }

    [TestMethod]
    public void Encoders_that_differ_in_them_share_a_session()
    {
        int sessions = 0;
        Action<SessionOptions> count = _ => sessions++;
        SentenceEncoder[] encoders =
        [
            .. new SentenceEncoderOptions[]
            {
                new() { ConfigureSession = count },
                new() { ConfigureSession = count, Prompt = "a much longer prompt: " },
                new() { ConfigureSession = count, Prompt = string.Empty },
                new() { ConfigureSession = count, Dimensions = 5, Normalize = true },
                new() { ConfigureSession = count, LongTexts = LongTextHandling.AverageWindows },
            }.Select(options => new SentenceEncoder(Prompted, options)),
        ];

        foreach (SentenceEncoder encoder in encoders)
        {
            encoder.Encode(Text);
        }

        Assert.AreEqual(1, sessions);
        Array.ForEach(encoders, encoder => encoder.Dispose());
    }

    [TestMethod]
    public async Task Lists_and_streams_give_what_a_single_text_gives()
    {
        using var encoder = new SentenceEncoder(Prompted, new SentenceEncoderOptions { Prompt = "x: ", Dimensions = 7, Normalize = true, LongTexts = LongTextHandling.AverageWindows });
        string[] texts = [Text, string.Empty, Long, .. ReferenceEmbeddings.Texts.Take(50)];
        float[][] list = encoder.Encode(texts);
        float[] flat = new float[texts.Length * encoder.Dimensions];
        encoder.Encode([.. texts.Select(text => text.AsMemory())], flat);

        int index = 0;
        await foreach (float[] streamed in encoder.EncodeAsync(Stream(texts)))
        {
            float[] single = encoder.Encode(texts[index]);
            Assert.HasCount(7, single);
            Assert.IsLessThanOrEqualTo(RoundingTolerance, Difference.Largest(single, list[index]));
            Assert.IsLessThanOrEqualTo(RoundingTolerance, Difference.Largest(single, flat.AsSpan(index * 7, 7)));
            Assert.IsLessThanOrEqualTo(RoundingTolerance, Difference.Largest(single, streamed));
            index++;
        }

        Assert.AreEqual(texts.Length, index);
    }

    [TestMethod]
    [DataRow("bert-mean-normalize")]
    [DataRow("bert-cased-max")]
    [DataRow("bert-truncate-dim")]
    public void Dimensions_and_normalization_come_after_the_average_of_windows(string name)
    {
        SentenceModel model = Load(name);
        float[] all = Encode(model, new() { Dimensions = 32, LongTexts = LongTextHandling.AverageWindows }, Long);

        float[] first = Encode(model, new() { Dimensions = 10, LongTexts = LongTextHandling.AverageWindows }, Long);
        float[] normalized = Encode(model, new() { Dimensions = 10, Normalize = true, LongTexts = LongTextHandling.AverageWindows }, Long);

        CollectionAssert.AreEqual(all[..10], first);
        Assert.AreEqual(1, TensorPrimitives.Norm<float>(normalized), RoundingTolerance);
        Assert.IsLessThanOrEqualTo(RoundingTolerance, Difference.Largest(normalized, [.. first.Select(x => x / TensorPrimitives.Norm<float>(first))]));
        CollectionAssert.AreNotEqual(all, Encode(model, new() { Dimensions = 32 }, Long));
    }

    [TestMethod]
    public void Every_window_begins_with_the_prompt_that_is_asked_for()
    {
        SentenceModel without = new EditableModel("bert-cls-prompts-exclude").Set("config_sentence_transformers.json", "default_prompt_name", null).Load();
        var windows = new SentenceEncoderOptions { LongTexts = LongTextHandling.AverageWindows };

        float[] byOption = Encode(without, new() { Prompt = Prompted.Prompts["query"], LongTexts = LongTextHandling.AverageWindows }, Long);

        Assert.IsNull(without.DefaultPromptName);
        CollectionAssert.AreEqual(Encode(Prompted, windows, Long), byOption);
        CollectionAssert.AreNotEqual(Encode(without, windows, Long), byOption);
    }

    private static SentenceModel Load(string name) => SentenceModel.Load(TinyModels.Directory(name));

    private static float[] Encode(SentenceModel model, SentenceEncoderOptions options, string text = Text)
    {
        using var encoder = new SentenceEncoder(model, options);
        return encoder.Encode(text);
    }

    private static async IAsyncEnumerable<string> Stream(string[] texts)
    {
        foreach (string text in texts)
        {
            await Task.Yield();
            yield return text;
        }
    }
}
