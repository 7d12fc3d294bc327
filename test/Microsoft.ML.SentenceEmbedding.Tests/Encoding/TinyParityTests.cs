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
    public void Vectors_are_Pythons(string name)
    {
        var golden = TinyModels.Golden(name);
        var call = golden.Encode.Single(call => call is { Method: "encode", Args.IsPlain: true });
        using var encoder = new SentenceEncoder(SentenceModel.Load(TinyModels.Directory(name)));

        float[] actual = [.. encoder.Encode(golden.Texts).SelectMany(vector => vector)];

        float difference = Difference.Largest(actual, call.Values);
        ParityReport.Add($"tiny {name}: {golden.Texts.Length} texts, ids equal, largest difference {difference:g2} ({difference / Bound(call.Values):p0} of the tolerance)");
        Assert.AreEqual(call.Shape[1], encoder.Dimensions);
        Assert.IsLessThanOrEqualTo(Bound(call.Values), difference);
    }

    [TestMethod]
    [DynamicData(nameof(TinyModels.Rows), typeof(TinyModels))]
    public void The_stages_give_Pythons_vectors(string name)
    {
        var golden = TinyModels.Golden(name);
        var call = golden.Encode.Single(call => call is { Method: "encode", Args.IsPlain: true });
        using var encoder = new SentenceEncoder(SentenceModel.Load(TinyModels.Directory(name)));

        float[][] tokens = encoder.ScoreTokens([.. encoder.Tokenize([.. golden.Texts.Select(text => text.AsMemory())]).Select(ids => new ReadOnlyMemory<int>(ids))], CancellationToken.None);
        float[] actual = new float[tokens.Length * encoder.Dimensions];
        encoder.PoolTokens([.. tokens.Select(vectors => new ReadOnlyMemory<float>(vectors))], actual, CancellationToken.None);

        Assert.IsLessThanOrEqualTo(Bound(call.Values), Difference.Largest(actual, call.Values));
    }

    private static float Bound(ReadOnlySpan<float> expected)
        => Tolerance * Math.Max(1, Math.Abs(System.Numerics.Tensors.TensorPrimitives.MaxMagnitude(expected)));
}
