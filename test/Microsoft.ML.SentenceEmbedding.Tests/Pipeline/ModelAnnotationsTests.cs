namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class ModelAnnotationsTests
{
    private static readonly SentenceModel Model = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));

    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void Column_says_which_model_made_it()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(TextData.CreateRows(1));

        AssertModel(_mlContext.Transforms.SentenceEmbedding("Output", "Text", Model).Fit(data).Transform(data).Schema);
    }

    [TestMethod]
    public void Column_of_the_stages_says_it_too()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(TextData.CreateRows(1));
        var stages = _mlContext.Transforms.TokenizeSentence("Ids", "Text", Model)
            .Append(_mlContext.Transforms.ScoreTokens("Vectors", "Ids", Model))
            .Append(_mlContext.Transforms.PoolTokens("Output", "Vectors", Model));

        DataViewSchema schema = stages.Fit(data).Transform(data).Schema;

        AssertModel(schema);
        Assert.IsFalse(ModelAnnotations.TryRead(schema["Vectors"], out _, out _));
    }

    [TestMethod]
    public void Column_of_a_saved_and_loaded_transformer_says_the_same()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(TextData.CreateRows(1));
        using var stream = new MemoryStream();
        _mlContext.Model.Save(_mlContext.Transforms.SentenceEmbedding("Output", "Text", Model).Fit(data), data.Schema, stream);
        stream.Position = 0;

        AssertModel(new MLContext().Model.Load(stream, out _).Transform(data).Schema);
    }

    [TestMethod]
    public void Copies_and_files_of_a_column_say_the_same()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(TextData.CreateRows(3));
        var chain = _mlContext.Transforms.SentenceEmbedding("Vectors", "Text", Model).AppendCacheCheckpoint(_mlContext).Append(_mlContext.Transforms.CopyColumns("Output", "Vectors"));
        IDataView output = chain.Fit(data).Transform(data);
        string path = TemporaryFiles.CreatePath(".idv");
        using (FileStream file = File.Create(path))
        {
            _mlContext.Data.SaveAsBinary(output, file);
        }

        AssertModel(output.Schema);
        AssertModel(_mlContext.Data.LoadFromBinary(path).Schema);
    }

    [TestMethod]
    public void Other_columns_say_nothing()
    {
        DataViewSchema schema = _mlContext.Data.LoadFromEnumerable(TextData.CreateRows(1)).Schema;

        Assert.IsFalse(ModelAnnotations.TryRead(schema["Vector"], out _, out _));
    }

    private static void AssertModel(DataViewSchema schema)
    {
        Assert.IsTrue(ModelAnnotations.TryRead(schema["Output"], out string name, out ulong fingerprint));
        Assert.AreEqual("bert-mean-normalize", name);
        Assert.AreEqual(Model.SentenceTokenizer.Fingerprint, fingerprint);
    }
}
