using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class StageChainTests
{
    // The stages pool one text at a time, the one line a batch inside the graph: the sums are rounded in another order.
    private const double Tolerance = 1e-5;

    private static readonly string[] Texts =
    [
        "", " ", "A man is playing a guitar.", "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich", "東京は日本の首都です。", "🙂 emoji, \ud800 lone surrogate",
        string.Join(' ', Enumerable.Repeat("a text that is longer than the model reads", 100)),
    ];

    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    [DataRow("bert-mean-normalize")]
    [DataRow("bert-cased-max")]
    [DataRow("bert-cls-prompts-exclude")]
    [DataRow("bert-concat-order")]
    [DataRow("bert-dense")]
    [DataRow("bert-last-token")]
    [DataRow("bert-mean-sqrt-len")]
    [DataRow("bert-truncate-dim")]
    [DataRow("bert-weighted-mean")]
    public void Stages_give_the_vectors_of_the_one_line(string name) => AssertStagesEqualOneLine(SentenceModel.Load(TinyModels.Directory(name)));

    [TestMethod]
    [DataRow("modernbert-mean")]
    [DataRow("mpnet-mean")]
    [DataRow("onnx-bert")]
    [DataRow("roberta-prompts-exclude")]
    [DataRow("static-embedding")]
    public void Stages_of_other_architectures_give_the_vectors_of_the_one_line(string name)
        => AssertStagesEqualOneLine(SentenceModel.Load(SharedData.Require($"reference/tiny/models/{name}")));

    [TestMethod]
    public void Stages_of_the_default_model_give_the_vectors_of_the_one_line() => AssertStagesEqualOneLine(SentenceModel.Default);

    [TestMethod]
    public void Tokens_feed_an_exported_ONNX_model_and_its_token_vectors_are_pooled()
    {
        string path = SharedData.Require("models/all-MiniLM-L6-v2-onnx/onnx/model.onnx");
        IDataView data = LoadTexts();
        var estimator = _mlContext.Transforms.TokenizeSentence(new TokenizeSentenceEstimator.Options
        {
            InputColumnName = "Text",
            OutputColumnName = "input_ids",
            AttentionMaskColumnName = "attention_mask",
            TokenTypeIdsColumnName = "token_type_ids",
        })
            .Append(_mlContext.Transforms.ApplyOnnxModel(["last_hidden_state"], ["input_ids", "attention_mask", "token_type_ids"], path))
            .Append(_mlContext.Transforms.PoolTokens("Stages", "last_hidden_state"))
            .Append(_mlContext.Transforms.SentenceEmbedding("OneLine", "Text"));

        IDataView output = estimator.Fit(data).Transform(data);

        double difference = CompareColumns(output);
        Assert.IsTrue(difference <= Tolerance, $"The largest difference is {difference}.");
        ParityReport.Add($"TokenizeSentence, ApplyOnnxModel, PoolTokens against SentenceEmbedding: {Texts.Length} texts, largest difference {difference:E1}");
    }

    [TestMethod]
    public void Token_vectors_are_of_variable_size_as_those_of_ApplyOnnxModel()
    {
        string path = SharedData.Require("models/all-MiniLM-L6-v2-onnx/onnx/model.onnx");
        IDataView data = LoadTexts();
        IEstimator<ITransformer> tokens = _mlContext.Transforms.TokenizeSentence(new TokenizeSentenceEstimator.Options
        {
            InputColumnName = "Text",
            OutputColumnName = "input_ids",
            AttentionMaskColumnName = "attention_mask",
            TokenTypeIdsColumnName = "token_type_ids",
        });

        DataViewSchema schema = tokens
            .Append(_mlContext.Transforms.ApplyOnnxModel(["last_hidden_state"], ["input_ids", "attention_mask", "token_type_ids"], path))
            .Append(_mlContext.Transforms.ScoreTokens("Vectors", "input_ids"))
            .Fit(data).Transform(data).Schema;

        var vectors = (VectorDataViewType)schema["Vectors"].Type;
        var exported = (VectorDataViewType)schema["last_hidden_state"].Type;
        Assert.AreEqual(exported.ItemType, vectors.ItemType);
        Assert.AreEqual(exported.IsKnownSize, vectors.IsKnownSize);

        // The export does not say how wide its token vectors are; the model does.
        Assert.AreEqual("0, 384", string.Join(", ", vectors.Dimensions));
    }

    [TestMethod]
    public void Attention_mask_is_ones_and_token_types_are_zeros_for_every_id()
    {
        SentenceModel model = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));
        IDataView data = LoadTexts();
        TokenizeSentenceTransformer transformer = _mlContext.Transforms.TokenizeSentence(new TokenizeSentenceEstimator.Options
        {
            InputColumnName = "Text",
            OutputColumnName = "Ids",
            AttentionMaskColumnName = "Mask",
            TokenTypeIdsColumnName = "Types",
            Model = model,
        }).Fit(data);
        IDataView output = transformer.Transform(data);

        long[][] ids = [.. output.GetColumn<long[]>("Ids")];
        long[][] masks = [.. output.GetColumn<long[]>("Mask")];
        long[][] types = [.. output.GetColumn<long[]>("Types")];

        for (int i = 0; i < ids.Length; i++)
        {
            Assert.IsTrue(masks[i].All(value => value == 1) && types[i].All(value => value == 0));
            Assert.AreEqual(ids[i].Length, masks[i].Length);
            Assert.AreEqual(ids[i].Length, types[i].Length);
        }

        Assert.AreEqual(model.MaximumTokens, ids[^1].Length);
    }

    [TestMethod]
    public void Output_columns_of_the_same_name_are_refused() => Assert.ThrowsExactly<ArgumentException>(
        () => _mlContext.Transforms.TokenizeSentence(new TokenizeSentenceEstimator.Options { OutputColumnName = "A", AttentionMaskColumnName = "A" }));

    [TestMethod]
    [DataRow(new long[] { }, "0 token ids")]
    [DataRow(new long[] { 1, -1 }, "token id -1")]
    [DataRow(new long[] { 1, long.MaxValue }, "token id 9223372036854775807")]
    public void Ids_that_the_model_does_not_have_are_named_with_their_column(long[] ids, string message)
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable([new IdsRow { Ids = ids }]);
        SentenceModel model = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));
        IDataView output = _mlContext.Transforms.ScoreTokens("Vectors", "Ids", model).Fit(data).Transform(data);

        InvalidOperationException exception = Assert.ThrowsExactly<InvalidOperationException>(() => output.GetColumn<float[]>("Vectors").First());

        StringAssert.Contains(exception.Message, message);
        StringAssert.Contains(exception.Message, "'Ids'");
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(47)]
    public void Token_vectors_of_another_width_are_named_with_their_column(int length)
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable([new VectorsRow { Vectors = new float[length] }]);
        SentenceModel model = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));
        IDataView output = _mlContext.Transforms.PoolTokens("Output", "Vectors", model).Fit(data).Transform(data);

        InvalidOperationException exception = Assert.ThrowsExactly<InvalidOperationException>(() => output.GetColumn<float[]>("Output").First());

        StringAssert.Contains(exception.Message, $"'Vectors' has {length} values");
    }

    [TestMethod]
    public void Known_size_that_holds_no_whole_token_vectors_is_refused_by_its_schema()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(TextData.CreateRows(1));
        SentenceModel model = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));

        ArgumentOutOfRangeException exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _mlContext.Transforms.PoolTokens("Output", nameof(TextRow.Vector), model).Fit(data));

        StringAssert.Contains(exception.Message, "expected Vector<Single> whose size is a multiple of 48, got Vector<Single, 3>");
    }

    private void AssertStagesEqualOneLine(SentenceModel model)
    {
        IDataView data = LoadTexts();
        IDataView output = _mlContext.Transforms.TokenizeSentence("Tokens", "Text", model)
            .Append(_mlContext.Transforms.ScoreTokens("TokenEmbeddings", "Tokens", model))
            .Append(_mlContext.Transforms.PoolTokens("Stages", "TokenEmbeddings", model))
            .Append(_mlContext.Transforms.SentenceEmbedding("OneLine", "Text", model))
            .Fit(data).Transform(data);

        double difference = CompareColumns(output);

        Assert.IsTrue(difference <= Tolerance, $"The largest difference is {difference}.");
        ParityReport.Add($"the three stages of {model.Name} against SentenceEmbedding: {Texts.Length} texts, largest difference {difference:E1}");
    }

    private static double CompareColumns(IDataView data)
    {
        Assert.AreEqual(Texts.Length, data.GetColumn<float[]>("Stages").Count());
        double largest = 0;
        foreach ((float[] stages, float[] oneLine) in data.GetColumn<float[]>("Stages").Zip(data.GetColumn<float[]>("OneLine")))
        {
            Assert.AreEqual(oneLine.Length, stages.Length);
            double scale = Math.Max(1, oneLine.Max(Math.Abs));
            largest = Math.Max(largest, stages.Zip(oneLine, (first, second) => Math.Abs(first - second)).Max() / scale);
        }

        return largest;
    }

    private IDataView LoadTexts() => _mlContext.Data.LoadFromEnumerable(Texts.Select(text => new TextRow { Text = text }));

    private sealed class IdsRow
    {
        public long[] Ids { get; set; } = [];
    }

    private sealed class VectorsRow
    {
        public float[] Vectors { get; set; } = [];
    }
}
