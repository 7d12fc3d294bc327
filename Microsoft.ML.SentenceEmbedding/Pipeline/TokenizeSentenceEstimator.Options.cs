namespace Microsoft.ML.SentenceEmbedding;

public sealed partial class TokenizeSentenceEstimator
{
    /// <summary>What <see cref="TokenizeSentenceEstimator"/> is told.</summary>
    public sealed class Options
    {
        /// <summary>Gets or sets the name of the column of token ids to append.</summary>
        public required string OutputColumnName { get; set; }

        /// <summary>Gets or sets the name of the column of texts; null, the default, for the name of the output column.</summary>
        public string? InputColumnName { get; set; }

        /// <summary>Gets or sets the name of a column of ones, one for each token, to append; null, the default, for none.</summary>
        public string? AttentionMaskColumnName { get; set; }

        /// <summary>Gets or sets the name of a column of zeros, one for each token, to append; null, the default, for none.</summary>
        public string? TokenTypeIdsColumnName { get; set; }

        /// <summary>Gets or sets the model; null, the default, for <see cref="SentenceModel.Default"/>.</summary>
        public SentenceModel? Model { get; set; }

        /// <summary>Gets or sets what stands in front of a text; null, the default, for <see cref="SentenceEncoderOptions"/>' own defaults.</summary>
        /// <remarks>
        /// <see cref="SentenceEncoderOptions.Prompt"/> and <see cref="SentenceEncoderOptions.PromptName"/> count here, and are saved with the model; the others have no
        /// effect on this stage. <see cref="PoolTokensEstimator.Options.EncoderOptions"/> takes the same options.
        /// </remarks>
        public SentenceEncoderOptions? EncoderOptions { get; set; }
    }
}
