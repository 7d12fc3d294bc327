namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>The tiny models' vectors, whole and stage by stage, against Python's.</summary>
[TestClass]
public class TinyParityTests
{
    // The reference's own bound: absolute for rows of length 1, else relative to the largest value. Correct float32 code stays near 1e-6.
    private const float Tolerance = 1e-5f;

    [TestMethod]
    [DynamicData(nameof(TinyModels.Rows), typeof(TinyModels))]
    public void Token_ids_are_Pythons(string name)
    {
        var golden = TinyModels.Golden(name);
        using var encoder = new SentenceEncoder(SentenceModel.Load(TinyModels.Directory(name)));

        int[][] ids = encoder.Tokenize([.. golden.Texts.Select(text => text.AsMemory())]);

        for (int i = 0; i < golden.Texts.Length; i++)
        {
            CollectionAssert.AreEqual(golden.InputIds[i], ids[i], $"text {i}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(TinyModels.Rows), typeof(TinyModels))]
    public void Token_vectors_are_Pythons(string name)
    {
        var golden = TinyModels.Golden(name);
        using var encoder = new SentenceEncoder(SentenceModel.Load(TinyModels.Directory(name)));

        foreach (var expected in golden.TokenEmbeddings)
        {
            float[] actual = encoder.ScoreTokens([golden.InputIds[expected.Text]], CancellationToken.None)[0];

            Assert.IsLessThanOrEqualTo(Bound(expected.Values), Difference.Largest(actual, expected.Values));
        }
    }

    [TestMethod]
    [DynamicData(nameof(TinyModels.Rows), typeof(TinyModels))]
    public void Vectors_of_every_call_are_Pythons(string name)
    {
        var golden = TinyModels.Golden(name);
        var model = SentenceModel.Load(TinyModels.Directory(name));
        Assert.IsGreaterThanOrEqualTo(4, golden.Encode.Length);
        float largest = 0;
        float share = 0;
        foreach (TinyCall call in golden.Encode)
        {
            using var encoder = new SentenceEncoder(model, call.ToOptions());

            float[] actual = [.. encoder.Encode(golden.Texts).SelectMany(vector => vector)];

            float difference = Difference.Largest(actual, call.Values);
            Assert.AreEqual(call.Shape[1], encoder.Dimensions);
            Assert.IsLessThanOrEqualTo(Bound(call.Values), difference, $"{call.Method} {call.Args}");
            largest = Math.Max(largest, difference);
            share = Math.Max(share, difference / Bound(call.Values));
        }

        ParityReport.Add($"tiny {name}: {golden.Encode.Length} calls of {golden.Texts.Length} texts, ids equal, largest difference {largest:g2} ({share:p0} of the tolerance)");
    }

    [TestMethod]
    [DynamicData(nameof(TinyModels.Rows), typeof(TinyModels))]
    public void Prompts_of_every_call_are_Pythons(string name)
    {
        var golden = TinyModels.Golden(name);
        var model = SentenceModel.Load(TinyModels.Directory(name));
        foreach (TinyCall call in golden.Encode)
        {
            EmbeddingSettings settings = EmbeddingSettings.Create(model, call.ToOptions());
            using var encoder = new SentenceEncoder(model, call.ToOptions());

            Assert.AreEqual(call.ResolvedPrompt ?? string.Empty, settings.Prompt);
            if (call.PromptLength is int length)
            {
                Assert.AreEqual(length, TokenSequences.CountPromptTokens(model, settings.Prompt));
            }

            int[][] expected = call.InputIds ?? (settings.Prompt == golden.DefaultPrompt ? golden.InputIds : []);
            int[][] actual = encoder.Tokenize([.. golden.Texts.Select(text => text.AsMemory())]);
            for (int i = 0; i < expected.Length; i++)
            {
                CollectionAssert.AreEqual(expected[i], actual[i], $"{call.Method} {call.Args}, text {i}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(TinyModels.Rows), typeof(TinyModels))]
    public void The_stages_give_Pythons_vectors_for_every_call(string name)
    {
        var golden = TinyModels.Golden(name);
        var model = SentenceModel.Load(TinyModels.Directory(name));
        foreach (TinyCall call in golden.Encode)
        {
            using var encoder = new SentenceEncoder(model, call.ToOptions());

            float[][] tokens = encoder.ScoreTokens([.. encoder.Tokenize([.. golden.Texts.Select(text => text.AsMemory())]).Select(ids => new ReadOnlyMemory<int>(ids))], CancellationToken.None);
            float[] actual = new float[tokens.Length * encoder.Dimensions];
            encoder.PoolTokens([.. tokens.Select(vectors => new ReadOnlyMemory<float>(vectors))], actual, CancellationToken.None);

            Assert.IsLessThanOrEqualTo(Bound(call.Values), Difference.Largest(actual, call.Values), $"{call.Method} {call.Args}");
        }
    }

    [TestMethod]
    public void A_text_without_a_token_has_zeros_by_itself_too()
    {
        string directory = SharedData.Require("reference/tiny/models/static-embedding");
        using var encoder = new SentenceEncoder(SentenceModel.Load(directory));

        float[] vector = encoder.Encode(string.Empty);
        float[] tokens = encoder.ScoreTokens([ReadOnlyMemory<int>.Empty], CancellationToken.None)[0];
        float[] pooled = new float[encoder.Dimensions];
        encoder.PoolTokens([tokens], pooled, CancellationToken.None);

        Assert.IsEmpty(tokens);
        Assert.IsTrue(vector.Concat(pooled).All(value => value == 0));
    }

    private static float Bound(ReadOnlySpan<float> expected)
        => Tolerance * Math.Max(1, Math.Abs(System.Numerics.Tensors.TensorPrimitives.MaxMagnitude(expected)));
}
