using System.Numerics.Tensors;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Finds the vectors that are most similar to queries by comparing all of them, in single precision.</summary>
internal sealed class VectorSearch
{
    // A block of documents stays in a core's cache while a group of queries goes over it.
    private const int DocumentsPerBlock = 256;
    private const int QueriesPerGroup = 16;

    private readonly string _function;
    private readonly float[][] _documents;
    private readonly float[] _scales;

    /// <summary>Prepares a search.</summary>
    /// <param name="function">The similarity function.</param>
    /// <param name="documents">The vectors to find, all of one length.</param>
    public VectorSearch(string function, float[][] documents)
    {
        _function = function;
        _documents = documents;
        _scales = [.. documents.Select(Scale)];
    }

    /// <summary>Gives for each query the indexes of the most similar documents, the best first; of equal ones the first comes first.</summary>
    public int[][] Find(float[][] queries, int count, CancellationToken cancellationToken)
    {
        int[][] found = new int[queries.Length][];
        int groups = (queries.Length + QueriesPerGroup - 1) / QueriesPerGroup;
        Parallel.For(0, groups, new ParallelOptions { CancellationToken = cancellationToken }, group =>
        {
            int first = group * QueriesPerGroup;
            FindGroup(queries.AsSpan(first, Math.Min(QueriesPerGroup, queries.Length - first)), found.AsSpan(first), count, cancellationToken);
        });
        return found;
    }

    private void FindGroup(ReadOnlySpan<float[]> queries, Span<int[]> found, int count, CancellationToken cancellationToken)
    {
        // The worst document is on top: the least similar one, and of equal ones the last.
        var best = new PriorityQueue<int, (float Similarity, int Order)>[queries.Length];
        float[] scales = new float[queries.Length];
        for (int i = 0; i < best.Length; i++)
        {
            best[i] = new PriorityQueue<int, (float, int)>();
            scales[i] = Scale(queries[i]);
        }

        float[] differences = new float[queries[0].Length];
        for (int start = 0; start < _documents.Length; start += DocumentsPerBlock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int end = Math.Min(start + DocumentsPerBlock, _documents.Length);
            for (int i = 0; i < queries.Length; i++)
            {
                for (int document = start; document < end; document++)
                {
                    var priority = (Similarity(queries[i], _documents[document], differences) * scales[i] * _scales[document], -document);
                    if (best[i].Count < count)
                    {
                        best[i].Enqueue(document, priority);
                    }
                    else
                    {
                        best[i].EnqueueDequeue(document, priority);
                    }
                }
            }
        }

        for (int i = 0; i < best.Length; i++)
        {
            found[i] = new int[best[i].Count];
            while (best[i].TryDequeue(out int document, out _))
            {
                found[i][best[i].Count] = document;
            }
        }
    }

    private float Similarity(float[] query, float[] document, float[] differences)
    {
        switch (_function)
        {
            case VectorSimilarity.Cosine or VectorSimilarity.Dot:
                return TensorPrimitives.Dot<float>(query, document);
            case VectorSimilarity.Euclidean:
                return -TensorPrimitives.Distance<float>(query, document);
            case VectorSimilarity.Manhattan:
                TensorPrimitives.Subtract(query, document, differences);
                return -TensorPrimitives.SumOfMagnitudes<float>(differences);
            default:
                throw new InvalidOperationException($"'{_function}' is no similarity function. This is a bug.");
        }
    }

    // Only the cosine does not depend on the vectors' lengths.
    private float Scale(float[] vector) => _function == VectorSimilarity.Cosine ? 1 / MathF.Max(TensorPrimitives.Norm<float>(vector), (float)VectorSimilarity.SmallestNorm) : 1;
}
