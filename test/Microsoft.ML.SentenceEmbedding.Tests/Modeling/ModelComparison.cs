using System.Text;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Compares models by the vectors they give and by the bytes of their files and tensors.</summary>
internal static class ModelComparison
{
    private static readonly string[] Texts = ["A cat sits on the mat.", "Straße, 東京 and café!", string.Empty, "Sixteen words or more are needed, so that a model that reads few tokens cuts something off."];

    /// <summary>Gives the vectors of some texts.</summary>
    public static float[][] Encode(SentenceModel model)
    {
        using var encoder = new SentenceEncoder(model);
        return encoder.Encode(Texts);
    }

    /// <summary>Asserts that two models give the same vectors, bit for bit.</summary>
    public static void AssertSameVectors(SentenceModel expected, SentenceModel actual)
    {
        float[][] expectedVectors = Encode(expected);
        float[][] actualVectors = Encode(actual);
        for (int i = 0; i < Texts.Length; i++)
        {
            CollectionAssert.AreEqual(expectedVectors[i], actualVectors[i], Texts[i]);
        }
    }

    /// <summary>Asserts that a tensor of one model is stored as one of the other.</summary>
    public static void AssertSameTensor(SentenceModel expected, string expectedName, SentenceModel actual, string actualName)
    {
        Assert.IsTrue(expected.Weights.TryGet(expectedName, out StoredTensor? expectedTensor), expectedName);
        Assert.IsTrue(actual.Weights.TryGet(actualName, out StoredTensor? actualTensor), actualName);
        Assert.AreEqual(expectedTensor.DataType, actualTensor.DataType);
        CollectionAssert.AreEqual(expectedTensor.Shape.ToArray(), actualTensor.Shape.ToArray());
        Assert.IsTrue(expectedTensor.Bytes.Span.SequenceEqual(actualTensor.Bytes.Span), actualName);
    }

    /// <summary>Gives a file of a model as text.</summary>
    public static string ReadText(SentenceModel model, string path) =>
        Encoding.UTF8.GetString(model.Files.Single(file => file.RelativePath == path).ReadAll().Span);
}
