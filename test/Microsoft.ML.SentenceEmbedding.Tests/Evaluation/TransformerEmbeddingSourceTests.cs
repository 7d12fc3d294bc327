using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class TransformerEmbeddingSourceTests
{
    private static readonly string[] Texts = ["one text", "another", string.Empty, "one text"];
    private static readonly SentenceModel Model = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));

    [TestMethod]
    public void A_chain_gives_the_encoders_vectors()
    {
        using var encoder = new SentenceEncoder(Model);
        var source = new TransformerEmbeddingSource(Fit(), "Sentence", "Copy");

        float[][] vectors = source.Embed(Texts, CancellationToken.None);

        float[][] expected = encoder.Encode(Texts);
        Assert.HasCount(Texts.Length, vectors);
        for (int i = 0; i < Texts.Length; i++)
        {
            Assert.IsLessThan(1e-6f, Difference.Largest(vectors[i], expected[i]));
        }
    }

    [TestMethod]
    public void Evaluators_take_encoders_and_transformers()
    {
        using var encoder = new SentenceEncoder(Model);
        var evaluator = new EmbeddingSimilarityEvaluator("pairs", ["a cat", "a dog", "a tree"], ["cats", "my dog", "the sea"], [3, 2, 1]);

        SentenceMetrics ofEncoder = evaluator.Evaluate(encoder);
        SentenceMetrics ofTransformer = evaluator.Evaluate(Fit(), "Sentence", "Features");

        Assert.AreEqual(ofEncoder["pearson_cosine"], ofTransformer["pearson_cosine"], 1e-6);
        Assert.AreEqual(ofEncoder.PrimaryValue, ofTransformer.PrimaryValue);
    }

    [TestMethod]
    public void A_column_that_the_model_does_not_give_is_named()
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => new TransformerEmbeddingSource(Fit(), "Sentence", "Embedding"));

        Assert.AreEqual("outputColumnName", exception.ParamName);
        Assert.Contains("no column 'Embedding'; its columns are 'Sentence', 'Features', 'Copy'", exception.Message);
    }

    [TestMethod]
    public void A_column_of_another_type_is_named()
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => new TransformerEmbeddingSource(Fit(), "Sentence", "Sentence"));

        Assert.Contains("'Sentence' must be a vector of Single to be evaluated; it is String", exception.Message);
    }

    [TestMethod]
    public void A_column_that_the_model_misses_is_named()
    {
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new TransformerEmbeddingSource(Fit(), "Text", "Features"));

        Assert.Contains("Could not find input column 'Sentence'", exception.Message);
    }

    [TestMethod]
    public void Work_can_be_canceled()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        var source = new TransformerEmbeddingSource(Fit(), "Sentence", "Features");

        Assert.ThrowsExactly<OperationCanceledException>(() => source.Embed(Texts, cancellation.Token));
    }

    private static TransformerChain<ColumnCopyingTransformer> Fit()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView data = mlContext.Data.LoadFromEnumerable([new Row { Sentence = "text" }]);
        return mlContext.Transforms.SentenceEmbedding("Features", "Sentence", Model).Append(mlContext.Transforms.CopyColumns("Copy", "Features")).Fit(data);
    }

    private sealed class Row
    {
        public string Sentence { get; set; } = string.Empty;
    }
}
