namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Reduces vectors to few bits as sentence-transformers' encode does when it is given a precision, plainly.</summary>
internal static class PrecisionReference
{
    private const int Levels = 255;

    /// <summary>Replaces the numbers of vectors that are encoded together; "binary" is unpacked to zeros and ones.</summary>
    public static void Reduce(float[][] vectors, string precision)
    {
        foreach (float[] vector in vectors)
        {
            float norm = MathF.Max(MathF.Sqrt(vector.Sum(value => value * value)), 1e-12f);
            for (int i = 0; i < vector.Length; i++)
            {
                vector[i] /= norm;
            }
        }

        for (int dimension = 0; dimension < vectors[0].Length; dimension++)
        {
            float smallest = vectors.Min(vector => vector[dimension]);
            float range = vectors.Max(vector => vector[dimension]) - smallest;
            float step = range > 0 ? range / Levels : 1;
            foreach (float[] vector in vectors)
            {
                float level = Math.Clamp(MathF.Floor((vector[dimension] - smallest) / step), 0, Levels);
                vector[dimension] = precision switch
                {
                    "int8" => level - 128,
                    "uint8" => level,
                    "binary" or "ubinary" => vector[dimension] > 0 ? 1 : 0,
                    _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, null),
                };
            }
        }
    }
}
