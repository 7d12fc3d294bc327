using System.Buffers;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Native memory that nobody moves, as managed memory; it keeps its owner, and so itself, valid.</summary>
/// <param name="start">The first byte.</param>
/// <param name="length">The number of bytes.</param>
/// <param name="owner">What the memory belongs to, such as the view of a mapped file.</param>
internal sealed unsafe class NativeMemory(byte* start, int length, object owner) : MemoryManager<byte>
{
    private readonly byte* _start = start;

    /// <inheritdoc/>
    public override Span<byte> GetSpan()
    {
        GC.KeepAlive(owner);
        return new Span<byte>(_start, length);
    }

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex, pinnable: this);

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
