namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A stream of random bits that is a function of its seeds alone, so that a resumed training draws what an uninterrupted one draws.</summary>
/// <remarks>SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).</remarks>
internal struct RandomBits
{
    private ulong _state;

    /// <summary>Starts the stream of some seeds; another number anywhere gives an unrelated stream.</summary>
    public RandomBits(params ReadOnlySpan<int> seeds)
    {
        foreach (int seed in seeds)
        {
            _state += (uint)seed;
            _state = Next();
        }
    }

    /// <summary>Gives the next 64 bits.</summary>
    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong bits = _state;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }

    /// <summary>Puts numbers into a random order, all orders being equally likely.</summary>
    public void Shuffle(Span<int> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int other = (int)Math.BigMul(Next(), (ulong)i + 1, out _);
            (values[i], values[other]) = (values[other], values[i]);
        }
    }

    /// <summary>Fills a mask of dropout: 0 with a probability that is a multiple of 1 / 65,536, else what makes up for the zeros.</summary>
    public void FillDropoutMask(Span<float> mask, float probability)
    {
        uint threshold = (uint)MathF.Round(probability * 65536);
        float kept = 65536f / (65536 - threshold);
        ulong bits = 0;
        for (int i = 0; i < mask.Length; i++)
        {
            bits = i % 4 == 0 ? Next() : bits >> 16;
            mask[i] = (ushort)bits < threshold ? 0 : kept;
        }
    }
}
