namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Emits rotary positions: each pair of a head's channels, one of each half, is turned by an angle that grows with the token's place.</summary>
internal sealed class RotaryGraph
{
    private readonly string _cosines;
    private readonly string _sines;
    private readonly string _first;

    private RotaryGraph(string cosines, string sines, string first)
    {
        _cosines = cosines;
        _sines = sines;
        _first = first;
    }

    /// <summary>Computes the angles of all positions.</summary>
    /// <param name="graph">The graph to extend.</param>
    /// <param name="configuration">The encoder's shape.</param>
    /// <param name="wavelengthBase">The base of the pairs' wavelengths.</param>
    public static RotaryGraph Create(GraphBuilder graph, ModernBertConfiguration configuration, double wavelengthBase)
    {
        int headSize = configuration.HiddenSize / configuration.AttentionHeads;
        int pairs = headSize / 2;
        float[] cosines = new float[configuration.MaximumPositions * pairs];
        float[] sines = new float[cosines.Length];
        for (int pair = 0; pair < pairs; pair++)
        {
            // Single precision, as PyTorch has it: at high positions the rounding shows.
            float frequency = 1 / MathF.Pow((float)wavelengthBase, 2f * pair / headSize);
            for (int position = 0; position < configuration.MaximumPositions; position++)
            {
                (sines[position * pairs + pair], cosines[position * pairs + pair]) = MathF.SinCos(position * frequency);
            }
        }

        return new RotaryGraph(
            graph.Weights("cosines", [configuration.MaximumPositions, pairs], cosines),
            graph.Weights("sines", [configuration.MaximumPositions, pairs], sines),
            graph.Integers(0));
    }

    /// <summary>Turns queries or keys, [batch, heads, sequence, size of a head].</summary>
    public string Emit(GraphBuilder graph, string value)
        => graph.Node("com.microsoft.RotaryEmbedding", [value, _first, _cosines, _sines]);
}
