using System.Numerics.Tensors;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Checks vectors that came from outside.</summary>
internal static class VectorList
{
    /// <summary>Checks that there is a vector for each text, all finite and of one length.</summary>
    /// <exception cref="ArgumentException">They are not; the message names the text.</exception>
    public static void Check(IReadOnlyList<float[]> vectors, IReadOnlyList<string> texts, string parameter)
    {
        if (vectors is null || vectors.Count != texts.Count)
        {
            throw new ArgumentException($"Expected a vector for each of {texts.Count} texts, got {vectors?.Count ?? 0} vectors.", parameter);
        }

        for (int i = 0; i < vectors.Count; i++)
        {
            float[] vector = vectors[i] ?? throw new ArgumentException($"The vector of '{Excerpt.Of(texts[i])}' (index {i}) is null.", parameter);
            if (vector.Length == 0 || vector.Length != vectors[0].Length)
            {
                throw new ArgumentException($"The vector of '{Excerpt.Of(texts[i])}' (index {i}) has {vector.Length} numbers; the first one has {vectors[0].Length}.", parameter);
            }

            // The greatest magnitude is NaN where any number is.
            if (!float.IsFinite(TensorPrimitives.MaxMagnitude(vector)))
            {
                throw new ArgumentException($"The vector of '{Excerpt.Of(texts[i])}' (index {i}) holds a number that is NaN or infinite.", parameter);
            }
        }
    }
}
