using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Prompt, dimensions and normalization in a pipeline: in one line, in stages, saved and loaded.</summary>
[TestClass]
public sealed class EncoderOptionsTests
{
    // Stages pool one text at a time, a pipeline's line a batch: the sums are rounded in another order.
    private const float Tolerance = 1e-5f;

    private static readonly string[] Texts = ["", "A man is playing a guitar.", "東京は日本の首都です。", string.Join(' ', Enumerable.Repeat("longer than the model reads", 50)), "A man is playing a guitar."];

    private readonly MLContext _mlContext = new(seed: 1);

    public static IEnumerable<object[]> Cases =>
    [
        ["bert-mean-normalize", new SentenceEncoderOptions { Dimensions = 10, Normalize = true }],
        ["bert-mean-normalize", new SentenceEncoderOptions { Dimensions = 10 }],
        ["bert-cls-prompts-exclude", new SentenceEncoderOptions { Prompt = "Instruct: find [SEP] café 東\nQuery:", Normalize = true }],
        ["bert-cls-prompts-exclude", new SentenceEncoderOptions { PromptName = "document" }],
        ["bert-concat-order", new SentenceEncoderOptions { Prompt = "query: ", Dimensions = 70 }],
        ["bert-truncate-dim", new SentenceEncoderOptions { Dimensions = 20 }],
    ];

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void A_column_has_the_encoders_vectors_and_says_what_they_are(string name, SentenceEncoderOptions options)
    {
        SentenceModel model = SentenceModel.Load(TinyModels.Directory(name));
        using var encoder = new SentenceEncoder(model, options);
        IDataView data = LoadTexts();
        SentenceEmbeddingEstimator estimator = CreateOneLine(model, options);

        SentenceEmbeddingTransformer transformer = estimator.Fit(data);
        IDataView output = transformer.Transform(data);

        AssertColumn(encoder, output);
        AssertColumn(encoder, output);
        SchemaShape promised = estimator.GetOutputSchema(SchemaShapes.Create(data.Schema));
        CollectionAssert.AreEqual(SchemaShapes.Describe(promised), SchemaShapes.Describe(SchemaShapes.Create(output.Schema)));
        using PredictionEngine<TextRow, OutputRow<float>> engine = _mlContext.Model.CreatePredictionEngine<TextRow, OutputRow<float>>(transformer);
        Assert.IsLessThanOrEqualTo(Tolerance, Difference.Largest(engine.Predict(new TextRow { Text = Texts[1] }).Output, encoder.Encode(Texts[1])));
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Stages_give_the_encoders_vectors(string name, SentenceEncoderOptions options)
    {
        SentenceModel model = SentenceModel.Load(TinyModels.Directory(name));
        using var encoder = new SentenceEncoder(model, options);
        IDataView data = LoadTexts();

        AssertColumn(encoder, CreateStages(model, options).Fit(data).Transform(data));
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Saved_and_loaded_they_count_as_before(string name, SentenceEncoderOptions options)
    {
        SentenceModel model = SentenceModel.Load(TinyModels.Directory(name));
        using var encoder = new SentenceEncoder(model, options);
        IDataView data = LoadTexts();
        foreach (IEstimator<ITransformer> estimator in new IEstimator<ITransformer>[] { CreateOneLine(model, options), CreateStages(model, options) })
        {
            // Twice: what was loaded is saved again.
            ITransformer loaded = SaveAndLoad(SaveAndLoad(estimator.Fit(data), data), data);

            AssertColumn(encoder, loaded.Transform(data));
        }
    }

    [TestMethod]
    public void The_memo_keeps_the_vectors_of_one_choice_only()
    {
        SentenceModel model = SentenceModel.Load(TinyModels.Directory("bert-cls-prompts-exclude"));
        IDataView data = LoadTexts();

        IDataView output = new EstimatorChain<ITransformer>()
            .Append<ITransformer>(CreateOneLine(model, new SentenceEncoderOptions { PromptName = "query" }))
            .Append<ITransformer>(_mlContext.Transforms.CopyColumns("Query", "Output"))
            .Append<ITransformer>(CreateOneLine(model, new SentenceEncoderOptions { PromptName = "document" }))
            .Fit(data).Transform(data);

        foreach ((float[] query, float[] document) in output.GetColumn<float[]>("Query").Zip(output.GetColumn<float[]>("Output")))
        {
            CollectionAssert.AreNotEqual(query, document);
        }
    }

    private static void AssertColumn(SentenceEncoder encoder, IDataView data)
    {
        DataViewSchema.Column column = data.Schema["Output"];
        bool isNormalized = Math.Abs(1 - encoder.Encode(Texts[1]).Sum(x => (double)x * x)) < Tolerance;
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, encoder.Dimensions), column.Type);
        Assert.AreEqual(isNormalized, column.Annotations.Schema.GetColumnOrNull("IsNormalized") is not null);

        float[][] vectors = [.. data.GetColumn<float[]>("Output")];
        Assert.HasCount(Texts.Length, vectors);
        for (int i = 0; i < vectors.Length; i++)
        {
            Assert.IsLessThanOrEqualTo(Tolerance, Difference.Largest(vectors[i], encoder.Encode(Texts[i])), $"text {i}");
        }
    }

    private SentenceEmbeddingEstimator CreateOneLine(SentenceModel model, SentenceEncoderOptions options) => _mlContext.Transforms.SentenceEmbedding(
        new SentenceEmbeddingEstimator.Options { OutputColumnName = "Output", InputColumnName = "Text", Model = model, EncoderOptions = options });

    private EstimatorChain<ITransformer> CreateStages(SentenceModel model, SentenceEncoderOptions options) => new EstimatorChain<ITransformer>()
        .Append<ITransformer>(_mlContext.Transforms.TokenizeSentence(
            new TokenizeSentenceEstimator.Options { OutputColumnName = "Tokens", InputColumnName = "Text", Model = model, EncoderOptions = options }))
        .Append<ITransformer>(_mlContext.Transforms.ScoreTokens("TokenEmbeddings", "Tokens", model))
        .Append<ITransformer>(_mlContext.Transforms.PoolTokens(
            new PoolTokensEstimator.Options { OutputColumnName = "Output", InputColumnName = "TokenEmbeddings", Model = model, EncoderOptions = options }));

    private IDataView LoadTexts() => _mlContext.Data.LoadFromEnumerable(Texts.Select(text => new TextRow { Text = text }));

    private static ITransformer SaveAndLoad(ITransformer transformer, IDataView data)
    {
        var context = new MLContext();
        using var stream = new MemoryStream();
        context.Model.Save(transformer, data.Schema, stream);
        stream.Position = 0;
        return context.Model.Load(stream, out _);
    }
}
