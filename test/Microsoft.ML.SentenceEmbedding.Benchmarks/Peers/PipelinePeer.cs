using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>An ML.NET pipeline from a column of texts to a column of vectors, which are read in one pass.</summary>
internal sealed class PipelinePeer : Peer
{
    private const string VectorColumn = "Vector";

    private readonly MLContext _mlContext;
    private readonly ITransformer _transformer;

    private PipelinePeer(string name, SentenceModel model, MLContext mlContext, IEstimator<ITransformer> estimator)
        : base(name)
    {
        MinimumCosine = MinimumCosineOf(model);
        _mlContext = mlContext;
        _transformer = estimator.Fit(Load([]));
    }

    /// <summary>Makes our one-line pipeline. It remembers nothing: a second pass would measure how it looks vectors up.</summary>
    public static PipelinePeer SentenceEmbedding(string name, SentenceModel model, int threads)
    {
        var mlContext = new MLContext();
        return new PipelinePeer(name, model, mlContext, mlContext.Transforms.SentenceEmbedding(new SentenceEmbeddingEstimator.Options
        {
            OutputColumnName = VectorColumn,
            InputColumnName = nameof(TextRow.Text),
            Model = model,
            MaxCachedTexts = 0,
            EncoderOptions = new SentenceEncoderOptions { MaximumConcurrency = threads },
        }));
    }

    /// <summary>Makes the pipeline that ML.NET has for an export, our tokenizer in front of it and the pooling in C# behind.</summary>
    public static PipelinePeer ApplyOnnxModel(string name, string path, int threads)
    {
        var mlContext = new MLContext();
        return new PipelinePeer(name, SentenceModel.Default, mlContext, mlContext.Transforms
            .TokenizeSentence(new TokenizeSentenceEstimator.Options
            {
                OutputColumnName = "input_ids",
                InputColumnName = nameof(TextRow.Text),
                AttentionMaskColumnName = "attention_mask",
                TokenTypeIdsColumnName = "token_type_ids",
            })
            .Append(mlContext.Transforms.ApplyOnnxModel(new OnnxOptions
            {
                InputColumns = ["input_ids", "attention_mask", "token_type_ids"],
                OutputColumns = ["last_hidden_state"],
                ModelFile = path,
                IntraOpNumThreads = threads,
            }))
            .Append(mlContext.Transforms.CustomMapping<TokenVectorsRow, VectorRow>(Pool, contractName: null)));
    }

    public override float[][] Encode(IReadOnlyList<string> texts) => [.. _transformer.Transform(Load(texts)).GetColumn<float[]>(VectorColumn)];

    public override void Dispose() => (_transformer as IDisposable)?.Dispose();

    private static void Pool(TokenVectorsRow row, VectorRow result) => result.Vector = MeanPooling.Pool(row.Tokens, SentenceModel.Default.Dimensions);

    private IDataView Load(IReadOnlyList<string> texts) => _mlContext.Data.LoadFromEnumerable(texts.Select(text => new TextRow { Text = text }));

    private sealed class TextRow
    {
        public string Text { get; set; } = "";
    }

    private sealed class TokenVectorsRow
    {
        [ColumnName("last_hidden_state")]
        [VectorType]
        public float[] Tokens { get; set; } = [];
    }

    private sealed class VectorRow
    {
        [ColumnName(VectorColumn)]
        [VectorType(384)]
        public float[] Vector { get; set; } = [];
    }
}
