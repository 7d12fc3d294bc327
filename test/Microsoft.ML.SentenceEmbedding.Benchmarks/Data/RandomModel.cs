using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>A model with the sizes of a published one and random weights, which are as fast as others. Its tokenizer is that of the embedded model.</summary>
/// <param name="Name">The published model's name, or that of its family.</param>
/// <param name="ModelType">The architecture, as config.json has it.</param>
/// <param name="HiddenSize">Length of a token's vector.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="AttentionHeads">Attention heads of a layer.</param>
/// <param name="IntermediateSize">Width of the feed-forward part.</param>
/// <param name="VocabularySize">Rows of the word embeddings.</param>
/// <param name="MaximumPositions">The number of positions, those that no token has included.</param>
/// <param name="Pooling">How a text's vector is made of those of its tokens.</param>
internal sealed record RandomModel(
    string Name, string ModelType, int HiddenSize, int Layers, int AttentionHeads, int IntermediateSize, int VocabularySize, int MaximumPositions, string Pooling = "mean")
{
    private const int Seed = 1;

    // Uniform numbers of the standard deviation 0.02, which BERT's training begins with.
    private const float LargestWeight = 0.0346f;

    /// <summary>Gets a model of each of the published sizes that are compared.</summary>
    public static IReadOnlyList<RandomModel> Published { get; } =
    [
        new("all-MiniLM-L12", "bert", 384, 12, 12, 1536, 30_522, 512),
        new("bge-small", "bert", 384, 12, 12, 1536, 30_522, 512, "cls"),
        new("bge-base", "bert", 768, 12, 12, 3072, 30_522, 512, "cls"),
        new("all-mpnet-base", "mpnet", 768, 12, 12, 3072, 30_527, 514),
        new("all-distilroberta", "roberta", 768, 6, 12, 3072, 50_265, 514),
        new("multilingual-MiniLM-L12", "bert", 384, 12, 12, 1536, 250_037, 512),
        new("ModernBERT-base", "modernbert", 768, 22, 12, 1152, 50_368, 8192),
    ];

    /// <summary>Writes the model's sentence-transformers directory.</summary>
    public void Write(string directory)
    {
        byte[] configuration = JsonSerializer.SerializeToUtf8Bytes(new
        {
            model_type = ModelType,
            hidden_size = HiddenSize,
            num_hidden_layers = Layers,
            num_attention_heads = AttentionHeads,
            intermediate_size = IntermediateSize,
            vocab_size = VocabularySize,
            max_position_embeddings = MaximumPositions,
        });
        File.WriteAllBytes(Path.Combine(directory, "config.json"), configuration);
        Write(directory, "modules.json", new[]
        {
            new { idx = 0, name = "0", path = "", type = "sentence_transformers.models.Transformer" },
            new { idx = 1, name = "1", path = "1_Pooling", type = "sentence_transformers.models.Pooling" },
        });
        Directory.CreateDirectory(Path.Combine(directory, "1_Pooling"));
        Write(directory, "1_Pooling/config.json", new { embedding_dimension = HiddenSize, pooling_mode = Pooling });

        // A class that stands for whatever tokenizer.json says: each architecture has another one of its own.
        Write(directory, "tokenizer_config.json", new { tokenizer_class = "PreTrainedTokenizerFast" });
        using (var tokenizer = File.Create(Path.Combine(directory, "tokenizer.json")))
        {
            SentenceModel.Default.Files.Single(file => file.RelativePath == "tokenizer.json").CopyTo(tokenizer);
        }

        WriteWeights(directory, EncoderReader.ReadConfiguration(new ModelFile($"{Name}/config.json", "config.json", configuration)));
    }

    private static void Write(string directory, string path, object content)
        => File.WriteAllBytes(Path.Combine(directory, path), JsonSerializer.SerializeToUtf8Bytes(content));

    // In halves, as the embedded model is stored: the session computes in single precision all the same, and a table of 250,000 words takes half the memory.
    private static void WriteWeights(string directory, EncoderConfiguration encoder)
    {
        var random = new Random(Seed);
        using var file = File.Create(Path.Combine(directory, TensorCollection.FileName));
        SafetensorsWriter.Write(file, encoder.AllWeights().Select(weight => new TensorContent(
            weight.Name,
            StoredDataType.Float16,
            weight.Shape,
            stream => TensorContent.Of(weight.Name, weight.Shape, Values(weight, random), WeightPrecision.Float16).CopyTo(stream))));
    }

    private static float[] Values(WeightDescription weight, Random random)
    {
        float[] values = new float[weight.Shape.Aggregate(1L, (count, dimension) => count * dimension)];
        if (weight.Shape.Length == 1 && weight.Name.EndsWith(".weight", StringComparison.Ordinal))
        {
            // Vectors of weights, rather than matrices, are those of a LayerNorm.
            Array.Fill(values, 1);
            return values;
        }

        foreach (ref float value in values.AsSpan())
        {
            value = LargestWeight * ((2 * random.NextSingle()) - 1);
        }

        return values;
    }
}
