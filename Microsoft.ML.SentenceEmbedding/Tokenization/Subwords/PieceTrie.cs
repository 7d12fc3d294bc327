using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The pieces of a vocabulary by their UTF-8 bytes: all pieces that a text begins with are found in one walk.</summary>
/// <remarks>The children of a node lie side by side, so that a node is a byte and two integers: 250,000 pieces take a few megabytes.</remarks>
internal sealed class PieceTrie
{
    /// <summary>The node of the empty text.</summary>
    public const int Root = 0;

    /// <summary>The answer when there is no such node or piece.</summary>
    public const int NotFound = -1;

    private readonly byte[] _labels;
    private readonly int[] _firstChildren;
    private readonly int[] _ids;
    private readonly int[] _roots = new int[256];

    /// <summary>Initializes a new instance of the <see cref="PieceTrie"/> class; of equal pieces the last counts, empty ones are never found.</summary>
    /// <param name="pieces">The pieces; the index of each is its id.</param>
    public PieceTrie(IReadOnlyCollection<string> pieces)
    {
        (byte[] bytes, int[] starts, int[] ids) = Sort(pieces);
        var labels = new List<byte> { 0 };
        var nodes = new List<(int Low, int High, int Depth)> { (0, ids.Length, 0) };
        var firstChildren = new List<int>();
        var nodeIds = new List<int>();

        // From the shortest beginnings to the longest; a node's pieces are neighbors, the one that ends there comes first.
        for (int node = 0; node < nodes.Count; node++)
        {
            (int low, int high, int depth) = nodes[node];
            int id = NotFound;
            while (low < high && starts[low + 1] - starts[low] == depth)
            {
                id = Math.Max(id, ids[low++]);
            }

            nodeIds.Add(depth == 0 ? NotFound : id);
            firstChildren.Add(nodes.Count);
            while (low < high)
            {
                byte label = bytes[starts[low] + depth];
                int end = low + 1;
                while (end < high && bytes[starts[end] + depth] == label)
                {
                    end++;
                }

                labels.Add(label);
                nodes.Add((low, end, depth + 1));
                low = end;
            }
        }

        firstChildren.Add(nodes.Count);
        _labels = [.. labels];
        _firstChildren = [.. firstChildren];
        _ids = [.. nodeIds];
        for (int label = 0; label < _roots.Length; label++)
        {
            _roots[label] = FindChild(Root, (byte)label);
        }
    }

    /// <summary>Goes on from a node by a byte.</summary>
    public int Next(int node, byte label) => node == Root ? _roots[label] : FindChild(node, label);

    /// <summary>Gets the id of the piece that ends at a node, or <see cref="NotFound"/>.</summary>
    public int IdAt(int node) => _ids[node];

    /// <summary>Gets the id of a piece, or <see cref="NotFound"/>.</summary>
    public int Find(ReadOnlySpan<byte> piece)
    {
        int node = Root;
        foreach (byte label in piece)
        {
            node = Next(node, label);
            if (node < 0)
            {
                return NotFound;
            }
        }

        return _ids[node];
    }

    private int FindChild(int node, byte label)
    {
        int first = _firstChildren[node];
        int index = _labels.AsSpan(first.._firstChildren[node + 1]).IndexOf(label);
        return index < 0 ? NotFound : first + index;
    }

    /// <summary>Sorts by UTF-16 units: pieces with a common beginning in UTF-8 are neighbors in that order too, whatever the order of the groups.</summary>
    private static (byte[] Bytes, int[] Starts, int[] Ids) Sort(IReadOnlyCollection<string> pieces)
    {
        string[] sorted = [.. pieces];
        int[] ids = [.. Enumerable.Range(0, sorted.Length)];
        Array.Sort(sorted, ids, StringComparer.Ordinal);
        int[] starts = new int[sorted.Length + 1];
        for (int i = 0; i < sorted.Length; i++)
        {
            starts[i + 1] = checked(starts[i] + Encoding.UTF8.GetByteCount(sorted[i]));
        }

        byte[] bytes = new byte[starts[^1]];
        for (int i = 0; i < sorted.Length; i++)
        {
            Encoding.UTF8.GetBytes(sorted[i], bytes.AsSpan(starts[i]));
        }

        return (bytes, starts, ids);
    }
}
