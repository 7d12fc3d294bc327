using System.Numerics.Tensors;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>What comes behind the export: the mean of the token vectors, divided by its length.</summary>
internal static class MeanPooling
{
    /// <summary>Gives the vector of a text.</summary>
    /// <param name="tokens">[tokens, dimensions], without padding.</param>
    /// <param name="dimensions">The length of a token's vector.</param>
    public static float[] Pool(ReadOnlySpan<float> tokens, int dimensions)
    {
        // Dividing by the number of tokens would change nothing: the length is divided out.
        float[] sum = new float[dimensions];
        for (int start = 0; start < tokens.Length; start += dimensions)
        {
            TensorPrimitives.Add(sum, tokens.Slice(start, dimensions), sum);
        }

        TensorPrimitives.Divide(sum, TensorPrimitives.Norm<float>(sum), sum);
        return sum;
    }
}
