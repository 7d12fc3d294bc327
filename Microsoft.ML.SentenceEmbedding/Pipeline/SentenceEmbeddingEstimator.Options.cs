namespace Microsoft.ML.SentenceEmbedding;

public sealed partial class SentenceEmbeddingEstimator
{
    /// <summary>What <see cref="SentenceEmbeddingEstimator"/> is told.</summary>
    public sealed class Options
    {
        /// <summary>The default of <see cref="MaxCachedTexts"/>.</summary>
        // Measured with all-MiniLM-L6-v2 and texts of 71 characters: 37 MB, less than the model itself takes; 100,000 texts take 158 MB.
        internal const int DefaultMaxCachedTexts = 20_000;

        private int _maxCachedTexts = DefaultMaxCachedTexts;
        private ModelPrecision? _precision;

        /// <summary>Gets or sets the name of the column to append.</summary>
        public required string OutputColumnName { get; set; }

        /// <summary>Gets or sets the name of the column of texts; null, the default, for the name of the output column.</summary>
        public string? InputColumnName { get; set; }

        /// <summary>Gets or sets the model; null, the default, for the one at <see cref="ModelPath"/>, or <see cref="SentenceModel.Default"/> if that is null too.</summary>
        public SentenceModel? Model { get; set; }

        /// <summary>Gets or sets the path of a sentence-transformers directory to load the model from; null by default.</summary>
        public string? ModelPath { get; set; }

        /// <summary>Gets or sets what the model computes in: <see cref="ModelPrecision.Int8"/> quantizes it as <see cref="SentenceModelQuantization.Quantize"/> does; null, the default, for the model's own precision.</summary>
        /// <exception cref="ArgumentOutOfRangeException">There is no such precision.</exception>
        public ModelPrecision? Precision
        {
            get => _precision;
            set => _precision = value is null || Enum.IsDefined(value.Value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "There is no such precision.");
        }

        /// <summary>Gets or sets how many texts' vectors the estimator remembers for the next pass over the data; 0 for none. The default is 20,000.</summary>
        /// <remarks>
        /// A text takes four bytes for each dimension of the vector and two for each of its characters, of which 512 a text are provided for: with
        /// 384 dimensions usually about 37 MB for 20,000 texts, and nothing before they have been computed. When it is full, further texts are
        /// computed in every pass: set it to the number of texts where a trainer makes many passes over more of them (158 MB for 100,000), or append
        /// a cache checkpoint behind the embedding. The messages to mlContext.Log say when it is too small.
        /// </remarks>
        /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
        public int MaxCachedTexts
        {
            get => _maxCachedTexts;
            set
            {
                ArgumentOutOfRangeException.ThrowIfNegative(value);
                _maxCachedTexts = value;
            }
        }

        /// <summary>Gets or sets what is made of a text (prompt, dimensions, normalization, long texts) and how the machine is used; null, the default, for <see cref="SentenceEncoderOptions"/>' own defaults.</summary>
        /// <remarks>
        /// <see cref="SentenceEncoderOptions.Prompt"/>, <see cref="SentenceEncoderOptions.PromptName"/>, <see cref="SentenceEncoderOptions.Dimensions"/>,
        /// <see cref="SentenceEncoderOptions.Normalize"/> and <see cref="SentenceEncoderOptions.LongTexts"/> are saved with the model, the others are not: they are of this machine.
        /// Where they name neither a device nor a method for the session, <c>mlContext.GpuDeviceId</c> and <c>mlContext.FallbackToCpu</c> count, as they are when the
        /// estimator is made; a transformer from a model.zip has the defaults of the others and follows the context that loads it.
        /// </remarks>
        public SentenceEncoderOptions? EncoderOptions { get; set; }

        internal SentenceModel GetModel()
        {
            SentenceModel model = FindModel();
            if (Precision == ModelPrecision.Float32 && model.Precision == ModelPrecision.Int8)
            {
                throw new ArgumentException($"The weights of {model.Name} are 8-bit integers already; give the model that it was made from, or no {nameof(Precision)}.");
            }

            return Precision == ModelPrecision.Int8 ? model.Quantize() : model;
        }

        private SentenceModel FindModel()
        {
            if (ModelPath is null)
            {
                return Model ?? SentenceModel.Default;
            }

            return Model is null
                ? SentenceModel.Load(ModelPath)
                : throw new ArgumentException($"Either {nameof(Model)} or {nameof(ModelPath)} can be given, not both.");
        }
    }
}
