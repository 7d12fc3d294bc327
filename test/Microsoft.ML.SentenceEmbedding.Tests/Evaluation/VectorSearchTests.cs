namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class VectorSearchTests
{
    [TestMethod]
    [DataRow("cosine")]
    [DataRow("dot")]
    [DataRow("euclidean")]
    [DataRow("manhattan")]
    public void The_most_similar_are_those_of_a_full_sort(string function)
    {
        // Small whole numbers: many documents are exactly as similar, and no rounding hides it.
        var random = new Random(11);
        float[][] documents = CreateVectors(random, 700);
        float[][] queries = CreateVectors(random, 37);

        int[][] found = new VectorSearch(function, documents).Find(queries, 20, CancellationToken.None);

        for (int i = 0; i < queries.Length; i++)
        {
            float[] query = queries[i];
            int[] expected = [.. Enumerable.Range(0, documents.Length).OrderByDescending(document => Math.Round(VectorSimilarity.Compute(function, query, documents[document]), 5)).Take(20)];
            CollectionAssert.AreEqual(expected, found[i], $"query {i}");
        }
    }

    [TestMethod]
    public void No_more_than_all_documents_are_found()
    {
        int[][] found = new VectorSearch("dot", [[1], [3], [2]]).Find([[1], [-1]], 10, CancellationToken.None);

        CollectionAssert.AreEqual(new[] { 1, 2, 0 }, found[0]);
        CollectionAssert.AreEqual(new[] { 0, 2, 1 }, found[1]);
    }

    [TestMethod]
    public void A_search_can_be_canceled()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();

        Assert.ThrowsExactly<OperationCanceledException>(() => new VectorSearch("dot", [[1]]).Find([[1]], 1, cancellation.Token));
    }

    // Vectors of one nonzero number and length 4, or of four ones and length 2, so that cosines are exact too.
    private static float[][] CreateVectors(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        float[] vector = new float[8];
        if (random.Next(2) == 0)
        {
            vector[random.Next(vector.Length)] = 4;
        }
        else
        {
            foreach (int i in Enumerable.Range(0, vector.Length).OrderBy(_ => random.Next()).Take(4))
            {
                vector[i] = 1;
            }
        }

        return vector;
    })];
}
