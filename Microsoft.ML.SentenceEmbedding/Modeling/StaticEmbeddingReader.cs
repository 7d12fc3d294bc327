namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads the StaticEmbedding module: a table in safetensors, and no configuration beside it.</summary>
internal static class StaticEmbeddingReader
{
    // sentence-transformers' own name, and model2vec's.
    private static readonly string[] TensorNames = ["embedding.weight", "embeddings"];

    /// <summary>Reads the table's sizes from the file of weights.</summary>
    /// <exception cref="InvalidDataException">There is no table, or it is none of floating-point rows.</exception>
    public static StaticEmbeddingConfiguration Read(ModelDirectory directory, string folder, out TensorCollection weights)
    {
        weights = TensorCollection.Read(directory, folder);
        foreach (string name in TensorNames)
        {
            if (weights.TryGet(name, out StoredTensor? table))
            {
                return table.Shape is [> 0 and <= VocabularyText.MaximumSize, > 0 and <= int.MaxValue]
                    ? new StaticEmbeddingConfiguration(name, (int)weights.Get(name, table.Shape).Shape[1], (int)table.Shape[0])
                    : throw new InvalidDataException($"{table.FileName}: the tensor '{name}' must have a row for each of at most {VocabularyText.MaximumSize} tokens.");
            }
        }

        throw new InvalidDataException($"{weights.Source}: there is none of the tensors {string.Join(", ", TensorNames)}.");
    }
}
