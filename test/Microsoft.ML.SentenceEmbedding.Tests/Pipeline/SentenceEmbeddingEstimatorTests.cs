using System.Runtime.CompilerServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class SentenceEmbeddingEstimatorTests
{
    private const double Tolerance = 1e-6;

    private static readonly SentenceModel Model = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));

    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void Missing_text_counts_as_the_empty_one()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable<TextRow>([new() { Text = null! }, new() { Text = string.Empty }]);
        using var encoder = new SentenceEncoder(Model);

        foreach (float[] vector in Fit(data).Transform(data).GetColumn<float[]>("Output"))
        {
            AssertEqual(encoder.Encode(string.Empty), vector);
        }
    }

    [TestMethod]
    public void Embeddings_can_be_chained()
    {
        SentenceModel other = SentenceModel.Load(TinyModels.Directory("bert-cased-max"));
        IDataView data = _mlContext.Data.LoadFromEnumerable(TextData.CreateRows(100));

        IDataView output = _mlContext.Transforms.SentenceEmbedding("A", "Text", Model)
            .Append(_mlContext.Transforms.SentenceEmbedding("B", "Label", other))
            .Append(_mlContext.Transforms.Concatenate("Features", "A", "B"))
            .Fit(data).Transform(data);

        Assert.AreEqual(100, output.GetColumn<float[]>("Features").Count(vector => vector.Length == Model.Dimensions + other.Dimensions));
    }

    [TestMethod]
    [DataRow("bert-mean-normalize", true)]
    [DataRow("bert-concat-order", false)]
    public void Only_models_that_normalize_are_annotated_as_normalized(string model, bool isNormalized)
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(TextData.CreateRows(1));
        SentenceEmbeddingEstimator estimator = _mlContext.Transforms.SentenceEmbedding("Output", "Text", TinyModels.Directory(model));

        DataViewSchema.Annotations annotations = estimator.Fit(data).Transform(data).Schema["Output"].Annotations;

        Assert.AreEqual(isNormalized, annotations.Schema.GetColumnOrNull("IsNormalized") is not null);
        if (isNormalized)
        {
            bool value = false;
            annotations.GetValue("IsNormalized", ref value);
            Assert.IsTrue(value);
        }
    }

    [TestMethod]
    public void Wrong_options_are_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Transforms.SentenceEmbedding(
            new SentenceEmbeddingEstimator.Options { OutputColumnName = "A", Model = Model, ModelPath = "somewhere" }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SentenceEmbeddingEstimator.Options { OutputColumnName = "A", MaxCachedTexts = -1 });
        Assert.ThrowsExactly<ArgumentNullException>(() => _mlContext.Transforms.SentenceEmbedding((SentenceEmbeddingEstimator.Options)null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => _mlContext.Transforms.SentenceEmbedding("A", "Text", (SentenceModel)null!));
        Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Transforms.SentenceEmbedding("A", "Text", string.Empty));
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => _mlContext.Transforms.SentenceEmbedding("A", "Text", TemporaryFiles.CreatePath()));
    }

    [TestMethod]
    public void Input_column_defaults_to_the_output_column()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(TextData.CreateRows(1));

        IDataView output = _mlContext.Transforms.SentenceEmbedding(new SentenceEmbeddingEstimator.Options { OutputColumnName = "Text", Model = Model }).Fit(data).Transform(data);

        Assert.IsInstanceOfType<VectorDataViewType>(output.Schema["Text"].Type);
    }

    [TestMethod]
    public void Exceptions_carry_the_marks_of_ML_NET()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(TextData.CreateRows(1));

        ArgumentOutOfRangeException own = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _mlContext.Transforms.SentenceEmbedding("A", "Nowhere", Model).Fit(data));
        ArgumentOutOfRangeException model = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _mlContext.Transforms.Text.TokenizeIntoWords("A", "Nowhere").Fit(data));

        Assert.AreEqual(model.Message, own.Message);
        CollectionAssert.AreEqual(model.Data.Keys, own.Data.Keys);
    }

    [TestMethod]
    public void Model_of_a_canceled_context_still_predicts()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(TextData.CreateRows(50));
        SentenceEmbeddingTransformer transformer = Fit(data);
        Cancellation.Cancel(_mlContext);

        Assert.AreEqual(50, transformer.Transform(data).GetColumn<float[]>("Output").Count());
        using PredictionEngine<TextRow, OutputRow<float>> engine = new MLContext().Model.CreatePredictionEngine<TextRow, OutputRow<float>>(transformer);
        Assert.AreEqual(Model.Dimensions, engine.Predict(new TextRow { Text = "a" }).Output.Length);
    }

    [TestMethod]
    public void Canceling_stops_a_running_pass()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(TextData.CreateRows(500));
        IEnumerable<float[]> vectors = Fit(data).Transform(data).GetColumn<float[]>("Output");

        Assert.ThrowsExactly<OperationCanceledException>(() =>
        {
            foreach (float[] vector in vectors)
            {
                Cancellation.Cancel(_mlContext);
            }
        });
    }

    [TestMethod]
    public void A_pass_of_more_than_a_second_is_summed_up_in_the_log()
    {
        var messages = new List<string>();
        _mlContext.Log += (_, message) => messages.Add(message.Message);
        IDataView data = _mlContext.Data.LoadFromEnumerable(TextData.CreateRows(50));

        foreach (float[] vector in Fit(data).Transform(data).GetColumn<float[]>("Output"))
        {
            Thread.Sleep(25);
        }

        Assert.AreEqual(1, messages.Count(message => message.Contains($"Embedding with {Model.Name}: 50 rows in ", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Windows_of_which_a_later_filter_drops_everything_are_not_computed()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(TextData.CreateRows(300));
        SentenceEmbeddingTransformer transformer = Fit(data);

        IDataView filtered = _mlContext.Data.FilterByCustomPredicate<TextRow>(transformer.Transform(data), row => row.Id < 290);

        Assert.AreEqual(10, filtered.GetColumn<float[]>("Output").Count());

        // The windows have 32, 64, 128 and, at the end, 76 rows.
        Assert.AreEqual(76, transformer.ComputedRows);
    }

    [TestMethod]
    public void Memo_lives_with_the_estimator_and_not_with_the_model()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(TextData.CreateRows(100));
        SentenceEmbeddingEstimator estimator = _mlContext.Transforms.SentenceEmbedding("Output", "Text", Model);
        SentenceEmbeddingTransformer first = estimator.Fit(data);
        SentenceEmbeddingTransformer second = estimator.Fit(data);

        float[][] computed = [.. first.Transform(data).GetColumn<float[]>("Output")];
        float[][] remembered = [.. second.Transform(data).GetColumn<float[]>("Output")];

        Assert.AreEqual(100, first.ComputedRows);
        Assert.AreEqual(0, second.ComputedRows);
        for (int i = 0; i < computed.Length; i++)
        {
            CollectionAssert.AreEqual(computed[i], remembered[i]);
        }
    }

    [TestMethod]
    public void Memo_goes_with_the_estimator_and_the_data_that_it_was_used_for()
    {
        SentenceEmbeddingTransformer transformer = FitAndForget();

        GC.Collect();

        Assert.IsNull(transformer.Memo);
    }

    [TestMethod]
    public void A_text_that_stands_in_many_rows_is_computed_once()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 500).Select(i => new TextRow { Text = "text " + (i % 10) }));
        SentenceEmbeddingTransformer transformer = Fit(data);

        float[][] vectors = [.. transformer.Transform(data).GetColumn<float[]>("Output")];

        Assert.AreEqual(10, transformer.ComputedRows);
        CollectionAssert.AreEqual(vectors[3], vectors[493]);
        CollectionAssert.AreNotEqual(vectors[3], vectors[494]);
    }

    [TestMethod]
    public void Without_a_memo_every_pass_computes()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(TextData.CreateRows(50));
        SentenceEmbeddingTransformer transformer = _mlContext.Transforms.SentenceEmbedding(
            new SentenceEmbeddingEstimator.Options { OutputColumnName = "Output", InputColumnName = "Text", Model = Model, MaxCachedTexts = 0 }).Fit(data);
        IDataView output = transformer.Transform(data);

        Assert.AreEqual(50, output.GetColumn<float[]>("Output").Count());
        Assert.AreEqual(50, output.GetColumn<float[]>("Output").Count());

        Assert.AreEqual(100, transformer.ComputedRows);
    }

    [TestMethod]
    public void Disposing_one_transformer_leaves_the_others_of_its_model_alone()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(TextData.CreateRows(50));
        using SentenceEmbeddingTransformer kept = Fit(data);
        Assert.IsNotNull(kept.Transform(data).GetColumn<float[]>("Output").First());
        using (PredictionEngine<TextRow, OutputRow<float>> engine = _mlContext.Model.CreatePredictionEngine<TextRow, OutputRow<float>>(Fit(data)))
        {
            Assert.AreEqual(Model.Dimensions, engine.Predict(new TextRow { Text = "a" }).Output.Length);
        }

        Assert.AreEqual(50, kept.Transform(data).GetColumn<float[]>("Output").Count());
    }

    [TestMethod]
    public void Many_threads_share_one_transformer()
    {
        List<TextRow> rows = TextData.CreateRows(200);
        IDataView data = _mlContext.Data.LoadFromEnumerable(rows);
        using SentenceEmbeddingTransformer transformer = Fit(data);
        using var encoder = new SentenceEncoder(Model);
        float[][] expected = [.. rows.Select(row => encoder.Encode(row.Text))];

        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, thread =>
        {
            if (thread % 2 == 0)
            {
                var options = new PredictionEngineOptions { OwnsTransformer = false };
                using PredictionEngine<TextRow, OutputRow<float>> engine = _mlContext.Model.CreatePredictionEngine<TextRow, OutputRow<float>>(transformer, options);
                for (int i = 0; i < rows.Count; i++)
                {
                    AssertEqual(expected[i], engine.Predict(rows[i]).Output);
                }
            }
            else
            {
                int row = 0;
                foreach (float[] vector in transformer.Transform(data).GetColumn<float[]>("Output"))
                {
                    AssertEqual(expected[row++], vector);
                }
            }
        });
    }

    private static void AssertEqual(float[] expected, float[] actual)
    {
        Assert.AreEqual(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], Tolerance);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private SentenceEmbeddingTransformer FitAndForget()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(TextData.CreateRows(50));
        SentenceEmbeddingTransformer transformer = Fit(data);
        Assert.AreEqual(50, transformer.Transform(data).GetColumn<float[]>("Output").Count());
        return transformer;
    }

    private SentenceEmbeddingTransformer Fit(IDataView data) => _mlContext.Transforms.SentenceEmbedding("Output", "Text", Model).Fit(data);
}
