namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class ParameterLayoutTests
{
    private static readonly BertConfiguration Configuration = new(
        HiddenSize: 8,
        Layers: 2,
        AttentionHeads: 2,
        IntermediateSize: 16,
        ActivationFunction.Gelu,
        LayerNormEpsilon: 1e-12f,
        VocabularySize: 100,
        MaximumPositions: 10,
        TokenTypes: 2);

    [TestMethod]
    public void EveryTensorIsBehindTheOneBefore()
    {
        var layout = new ParameterLayout(Configuration);
        int end = 0;
        foreach (var parameter in layout.Parameters)
        {
            Assert.AreEqual(end, parameter.Offset, parameter.Name);
            end = parameter.End;
        }

        Assert.AreEqual(end, layout.Size);
        Assert.AreEqual(layout.Words.End, layout.Size);
    }

    [TestMethod]
    [DataRow(1 << 16, 1 << 13, "word_embeddings")]
    [DataRow(100, 1 << 20, "layer.0")]
    public void MoreWeightsThanAFileInMemoryHoldsAreRefused(int vocabularySize, int hiddenSize, string tensor)
        => Assert.Contains(tensor, Assert.ThrowsExactly<NotSupportedException>(() => new ParameterLayout(Configuration with { VocabularySize = vocabularySize, HiddenSize = hiddenSize, Layers = 1, IntermediateSize = 1 })).Message);
}
