using System.Numerics.Tensors;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What a model and an encoder's options say together of a text's vector: how the text is read, and what is made of the last module's numbers.</summary>
/// <remarks>Nothing of it is in a session: encoders with other settings share the model's.</remarks>
/// <param name="Prompt">What is put in front of each text; empty for nothing.</param>
/// <param name="Dimensions">How many of the first numbers are kept.</param>
/// <param name="Normalizes">Whether what is kept is divided by its length.</param>
/// <param name="IsNormalized">Whether every vector has the length 1, by the model or by <paramref name="Normalizes"/>.</param>
/// <param name="LongTexts">What becomes of a text with more tokens than the model reads at once.</param>
internal sealed record EmbeddingSettings(string Prompt, int Dimensions, bool Normalizes, bool IsNormalized, LongTextHandling LongTexts)
{
    // The smallest length that a vector is divided by, as torch.nn.functional.normalize has it.
    private const float SmallestLength = 1e-12f;

    /// <summary>Settles what the options leave to the model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">The model has no prompt of the name that the options give.</exception>
    public static EmbeddingSettings Create(SentenceModel model, SentenceEncoderOptions? options = null)
    {
        options ??= new SentenceEncoderOptions();

        // As in Python, the option may undo a truncation of the model, and asks for no more than there is.
        int dimensions = Math.Min(options.Dimensions ?? model.Dimensions, model.UntruncatedDimensions);
        bool isNormalized = options.Normalize || (model.EndsInNormalization && dimensions == model.UntruncatedDimensions);
        return new EmbeddingSettings(GetPrompt(model, options), dimensions, options.Normalize, isNormalized, options.LongTexts);
    }

    /// <summary>Gives options that say the same of the model that these settings were made for.</summary>
    public SentenceEncoderOptions ToOptions() => new() { Prompt = Prompt, Dimensions = Dimensions, Normalize = Normalizes, LongTexts = LongTexts };

    /// <summary>Makes a text's vector of what the last module gave.</summary>
    /// <param name="values">The numbers of the last module, <see cref="SentenceModel.UntruncatedDimensions"/>.</param>
    /// <param name="destination">Receives <see cref="Dimensions"/> numbers at its start.</param>
    public void Apply(ReadOnlySpan<float> values, Span<float> destination)
    {
        ReadOnlySpan<float> kept = values[..Dimensions];
        if (Normalizes)
        {
            TensorPrimitives.Divide(kept, Math.Max(TensorPrimitives.Norm(kept), SmallestLength), destination);
        }
        else
        {
            kept.CopyTo(destination);
        }
    }

    private static string GetPrompt(SentenceModel model, SentenceEncoderOptions options)
    {
        if (options.Prompt is not null || options.PromptName is null)
        {
            return options.Prompt ?? model.Prompt;
        }

        return model.Prompts.TryGetValue(options.PromptName, out string? prompt)
            ? prompt
            : throw new ArgumentException(
                $"{model.Name} has no prompt named '{Excerpt.Of(options.PromptName)}' ({nameof(SentenceEncoderOptions.PromptName)}); its prompts are {Excerpt.Of(string.Join(", ", model.Prompts.Keys))}.", nameof(options));
    }
}
