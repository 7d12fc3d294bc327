namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Emits MPNet's relative positions: a number for each head and each class of distance, added to attention's scores.</summary>
/// <remarks>The classes are those of transformers' MPNetEncoder.relative_position_bucket: near distances have one each, far ones share them on a logarithmic scale.</remarks>
internal static class RelativePositionGraph
{
    private const int LargestDistance = 128;

    /// <summary>Emits the bias, [heads, sequence, sequence].</summary>
    /// <param name="graph">The graph to extend.</param>
    /// <param name="configuration">The encoder's shape.</param>
    /// <param name="table">The numbers, [buckets, heads].</param>
    /// <param name="shape">The value with the shape [batch, sequence].</param>
    public static string Emit(GraphBuilder graph, BertConfiguration configuration, float[] table, string shape)
    {
        int longest = configuration.MaximumTokens;
        int heads = configuration.AttentionHeads;
        int distances = 2 * longest - 1;
        float[] biases = new float[heads * distances];
        for (int i = 0; i < distances; i++)
        {
            int bucket = Bucket(i - longest + 1, configuration.RelativePositionBuckets);
            for (int head = 0; head < heads; head++)
            {
                biases[head * distances + i] = table[bucket * heads + head];
            }
        }

        string places = graph.Node("Add", [AttentionGraph.EmitDistances(graph, shape), graph.Integer(longest - 1)]);
        return graph.Node("Gather", [graph.Weights("relative_positions", [heads, distances], biases), places], ("axis", 1L));
    }

    /// <summary>Gives the class of a distance: the other token's place less the own one.</summary>
    internal static int Bucket(int distance, int buckets)
    {
        int half = buckets / 2;
        int first = distance > 0 ? half : 0;
        int magnitude = Math.Abs(distance);
        int exact = half / 2;
        if (magnitude < exact)
        {
            return first + magnitude;
        }

        // Single precision, as there: on the border between two classes the rounding decides.
        float scale = MathF.Log((float)magnitude / exact) / MathF.Log((float)LargestDistance / exact) * (half - exact);
        return first + Math.Min(exact + (int)scale, half - 1);
    }
}
