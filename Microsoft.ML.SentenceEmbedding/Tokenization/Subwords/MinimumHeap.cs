using System.Buffers;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A binary heap of numbers in rented memory: the smallest comes out first.</summary>
internal struct MinimumHeap
{
    private ulong[] _items;

    /// <summary>Initializes a new instance of the <see cref="MinimumHeap"/> struct with room for so many numbers; it grows.</summary>
    public MinimumHeap(int capacity)
    {
        _items = ArrayPool<ulong>.Shared.Rent(capacity);
    }

    /// <summary>Gets how many numbers are in the heap.</summary>
    public int Count { get; private set; }

    /// <summary>Puts a number in.</summary>
    public void Add(ulong item)
    {
        if (Count == _items.Length)
        {
            ulong[] larger = ArrayPool<ulong>.Shared.Rent(2 * Count);
            _items.CopyTo(larger, 0);
            ArrayPool<ulong>.Shared.Return(_items);
            _items = larger;
        }

        int index = Count++;
        while (index > 0 && _items[(index - 1) / 2] > item)
        {
            _items[index] = _items[(index - 1) / 2];
            index = (index - 1) / 2;
        }

        _items[index] = item;
    }

    /// <summary>Takes the smallest number out of a heap that is not empty.</summary>
    public ulong Take()
    {
        ulong smallest = _items[0];
        ulong last = _items[--Count];
        int index = 0;
        for (int child; (child = (2 * index) + 1) < Count; index = child)
        {
            if (child + 1 < Count && _items[child + 1] < _items[child])
            {
                child++;
            }

            if (_items[child] >= last)
            {
                break;
            }

            _items[index] = _items[child];
        }

        _items[index] = last;
        return smallest;
    }

    /// <summary>Gives the memory back.</summary>
    public readonly void Dispose() => ArrayPool<ulong>.Shared.Return(_items);
}
