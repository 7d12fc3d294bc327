namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads an encoder's config.json, whatever its architecture, and checks its weights against it.</summary>
internal static class EncoderReader
{
    private const string Supported = "bert, camembert, distilbert, modernbert, mpnet, roberta, xlm-roberta";

    /// <summary>Reads config.json.</summary>
    /// <exception cref="NotSupportedException">The encoder has another architecture, or is a variety that computes something else.</exception>
    /// <exception cref="InvalidDataException">A key is missing or its value makes no sense.</exception>
    public static EncoderConfiguration ReadConfiguration(ModelFile file)
    {
        JsonItem config = file.ReadJson();
        JsonItem modelType = config.Get("model_type");
        EncoderConfigurationJson.RequireFalse(config, "is_decoder", "an encoder that sees the words on both sides");
        return modelType.Text() switch
        {
            "bert" => BertReader.ReadConfiguration(config),
            "distilbert" => DistilBertReader.ReadConfiguration(config),
            "mpnet" => MpnetReader.ReadConfiguration(config),
            "modernbert" => ModernBertReader.ReadConfiguration(config),
            "roberta" or "camembert" => RobertaReader.ReadConfiguration(config, "RoBERTa"),
            "xlm-roberta" => RobertaReader.ReadConfiguration(config, "XLM-RoBERTa"),
            _ => throw modelType.Unsupported(Supported),
        };
    }

    /// <summary>Reads the weights and checks that every tensor the encoder needs is there in its shape.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, or has another shape or element type.</exception>
    public static TensorCollection ReadWeights(ModelDirectory directory, string folder, EncoderConfiguration configuration)
    {
        string words = configuration.FixedWeights().First().Name;
        string prefix = configuration.TaskPrefix;
        TensorCollection weights = TensorCollection.Read(directory, folder).WithEncoderNames(words, prefix, "model.", "model." + prefix);
        foreach (WeightDescription weight in configuration.AllWeights())
        {
            _ = weight.IsInteger ? weights.GetIntegers(weight.Name, weight.Shape) : weights.Get(weight.Name, weight.Shape);
        }

        return weights;
    }
}
