namespace Microsoft.ML.SentenceEmbedding;

public sealed partial class PoolTokensEstimator
{
    /// <summary>What <see cref="PoolTokensEstimator"/> is told.</summary>
    public sealed class Options
    {
        /// <summary>Gets or sets the name of the column of sentence vectors to append.</summary>
        public required string OutputColumnName { get; set; }

        /// <summary>Gets or sets the name of the column of token vectors; null, the default, for the name of the output column.</summary>
        public string? InputColumnName { get; set; }

        /// <summary>Gets or sets the model; null, the default, for <see cref="SentenceModel.Default"/>.</summary>
        public SentenceModel? Model { get; set; }

        /// <summary>Gets or sets what is made of a vector, and how the machine is used; null, the default, for <see cref="SentenceEncoderOptions"/>' own defaults.</summary>
        /// <remarks>
        /// <see cref="SentenceEncoderOptions.Dimensions"/> and <see cref="SentenceEncoderOptions.Normalize"/> count here, and for a model that does not pool its prompt's
        /// tokens <see cref="SentenceEncoderOptions.Prompt"/> and <see cref="SentenceEncoderOptions.PromptName"/> too: they have to be those of
        /// <see cref="TokenizeSentenceEstimator.Options.EncoderOptions"/>. These are saved with the model, the others are not.
        /// </remarks>
        public SentenceEncoderOptions? EncoderOptions { get; set; }
    }
}
