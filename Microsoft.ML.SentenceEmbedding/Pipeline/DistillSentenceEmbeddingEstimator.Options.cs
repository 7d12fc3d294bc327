namespace Microsoft.ML.SentenceEmbedding;

public sealed partial class DistillSentenceEmbeddingEstimator
{
    /// <summary>What <see cref="DistillSentenceEmbeddingEstimator"/> is told.</summary>
    public sealed class Options
    {
        private WeightPrecision _precision = WeightPrecision.Float32;

        /// <summary>Gets or sets the name of the column that the trained transformer appends.</summary>
        public required string OutputColumnName { get; set; }

        /// <summary>Gets or sets the name of the column of texts; null, the default, for the name of the output column.</summary>
        public string? InputColumnName { get; set; }

        /// <summary>Gets or sets the name of the column of the teacher's vectors: a vector of Single of the student's dimensions.</summary>
        public required string LabelColumnName { get; set; }

        /// <summary>Gets or sets the model to begin with, such as <c>teacher.KeepLayers(0, 3)</c>. It is not changed.</summary>
        public required SentenceModel Student { get; set; }

        /// <summary>Gets or sets how the student is trained. It is read when the training begins.</summary>
        public DistillationOptions Training { get; set; } = new();

        /// <summary>Gets or sets how the trained weights are stored. The default is <see cref="WeightPrecision.Float32"/>.</summary>
        /// <exception cref="ArgumentOutOfRangeException">There is no such precision.</exception>
        public WeightPrecision Precision
        {
            get => _precision;
            set => _precision = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "There is no such precision.");
        }

        /// <summary>
        /// Gets or sets the path of the file that keeps the teacher's vectors, so that the next run does not compute them again. Null, the default, for a file in
        /// <see cref="DistillationOptions.CheckpointDirectory"/>, or without one for a temporary file that is deleted at the end.
        /// </summary>
        /// <remarks>
        /// The file has 16 bytes more for each text than its vector. It may be used by one training at a time. Vectors are taken over as far as
        /// the texts and their order are the same; from the first other text on the file is written anew.
        /// </remarks>
        public string? TeacherCacheFile { get; set; }
    }
}
