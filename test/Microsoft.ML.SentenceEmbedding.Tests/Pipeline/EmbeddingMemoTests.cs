namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class EmbeddingMemoTests
{
    [TestMethod]
    public void Known_texts_are_copied_and_the_others_listed()
    {
        var memo = new EmbeddingMemo(maximumTexts: 10, dimensions: 2);
        memo.TryAdd(Texts("a", "c"), [1, 2, 3, 4]);
        float[] vectors = new float[6];
        var missing = new List<int>();

        memo.Read(Texts("c", "b", "a"), vectors, missing);

        CollectionAssert.AreEqual(new float[] { 3, 4, 0, 0, 1, 2 }, vectors);
        Assert.AreEqual(1, missing.Single());
    }

    [TestMethod]
    public void Texts_beyond_the_maximum_are_not_taken_and_the_first_ones_stay()
    {
        var memo = new EmbeddingMemo(maximumTexts: 300, dimensions: 1);
        string[] texts = [.. Enumerable.Range(0, 1000).Select(i => "text " + i)];
        for (int i = 0; i < texts.Length; i += 100)
        {
            memo.TryAdd(Texts(texts[i..(i + 100)]), [.. Enumerable.Range(i, 100).Select(value => (float)value)]);
        }

        float[] vectors = new float[texts.Length];
        var missing = new List<int>();
        memo.Read(Texts(texts), vectors, missing);

        Assert.AreEqual(300, memo.Count);
        CollectionAssert.AreEqual(Enumerable.Range(300, 700).ToArray(), missing);
        CollectionAssert.AreEqual(Enumerable.Range(0, 300).Select(value => (float)value).ToArray(), vectors[..300]);
    }

    [TestMethod]
    public void Characters_are_bounded_too()
    {
        var memo = new EmbeddingMemo(maximumTexts: 2, dimensions: 1);

        memo.TryAdd(Texts(new string('x', 2 * EmbeddingMemo.AverageCharacters), "short"), [1, 2]);
        memo.TryAdd(Texts(string.Empty), [3]);

        var missing = new List<int>();
        memo.Read(Texts(new string('x', 2 * EmbeddingMemo.AverageCharacters), "short", string.Empty), new float[3], missing);
        Assert.AreEqual(1, missing.Single());
    }

    [TestMethod]
    public void A_text_is_kept_once_and_independent_of_the_callers_memory()
    {
        var memo = new EmbeddingMemo(maximumTexts: 10, dimensions: 1);
        char[] buffer = ['a', 'b'];
        memo.TryAdd([buffer, buffer], [1, 2]);
        buffer[0] = 'x';
        float[] vectors = new float[1];

        memo.Read(Texts("ab"), vectors, []);

        Assert.AreEqual(1, memo.Count);
        Assert.AreEqual(1f, vectors[0]);
    }

    [TestMethod]
    public void Many_threads_read_what_others_add()
    {
        var memo = new EmbeddingMemo(maximumTexts: 5000, dimensions: 3);
        Parallel.For(0, 8, thread =>
        {
            for (int i = 0; i < 2000; i++)
            {
                int number = (i + (thread * 250)) % 2000;
                memo.TryAdd(Texts("text " + number), [number, number, number]);
                float[] vector = new float[3];
                memo.Read(Texts("text " + number), vector, []);
                Assert.IsTrue(vector.All(value => value == number));
            }
        });

        Assert.AreEqual(2000, memo.Count);
    }

    private static ReadOnlyMemory<char>[] Texts(params string[] texts) => Array.ConvertAll(texts, text => text.AsMemory());
}
