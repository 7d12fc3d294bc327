using System.Numerics;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Which two neighbors become one token, and how early: rank and new id by the pair of ids.</summary>
/// <remarks>Open addressing.</remarks>
internal sealed class BytePairMerges
{
    /// <summary>The answer when the pair is never merged; larger than any merge.</summary>
    public const ulong None = ulong.MaxValue;

    // Ids are not negative, so that no pair is this.
    private const ulong Empty = ulong.MaxValue;

    private readonly ulong _multiplier = HashMultiplier.Next();
    private readonly (ulong Pair, ulong Merge)[] _slots;
    private readonly int _shift;

    /// <summary>Initializes a new instance of the <see cref="BytePairMerges"/> class; the first merge has rank 0, and of a pair that comes twice the last counts.</summary>
    public BytePairMerges(IReadOnlyList<(int Left, int Right, int Merged)> merges)
    {
        int capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, merges.Count * 2L));
        _shift = 64 - BitOperations.Log2((uint)capacity);
        _slots = new (ulong, ulong)[capacity];
        Array.Fill(_slots, (Empty, None));
        for (int rank = 0; rank < merges.Count; rank++)
        {
            (int left, int right, int merged) = merges[rank];
            ulong pair = PairOf(left, right);
            _slots[SlotOf(pair)] = (pair, ((ulong)rank << 32) | (uint)merged);
        }
    }

    /// <summary>Gets the rank of a merge, the smaller the earlier, shifted by 32 bits, and the new id below; or <see cref="None"/>.</summary>
    public ulong Find(int left, int right) => _slots[SlotOf(PairOf(left, right))].Merge;

    /// <summary>Gets the id that a merge gives.</summary>
    public static int IdOf(ulong merge) => (int)merge;

    private static ulong PairOf(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    /// <summary>Gets the slot of a pair, or the empty one where it would be.</summary>
    private int SlotOf(ulong pair)
    {
        ulong hash = (pair ^ (pair >> 31)) * _multiplier;
        int slot = (int)((hash ^ (hash >> 29)) * _multiplier >> _shift);
        while (_slots[slot].Pair != pair && _slots[slot].Pair != Empty)
        {
            slot = (slot + 1) & (_slots.Length - 1);
        }

        return slot;
    }
}
