namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Multipliers for hash tables whose keys come from files: keys that are made to collide would have to know them.</summary>
internal static class HashMultiplier
{
    /// <summary>Gives an odd number that nobody can foresee.</summary>
    /// <remarks>The generator is seeded by the system's randomness; a cryptographic one would load a library of 5 MB into every process that reads a model.</remarks>
    public static ulong Next() => (ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue) | 1;
}
