namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class ResourcePlaceTests
{
    [TestMethod]
    public void The_weights_of_the_embedded_model_lie_where_it_says()
    {
        var tensor = SentenceModel.Default.Weights.GetChecked("embeddings.word_embeddings.weight");
        FilePlace place = tensor.Place!.Value;
        byte[] bytes = new byte[tensor.ByteLength];

        using FileStream file = File.OpenRead(place.Path);
        file.Position = place.Offset;
        file.ReadExactly(bytes);

        CollectionAssert.AreEqual(tensor.Bytes.ToArray(), bytes);
    }

    [TestMethod]
    public void A_resource_that_is_not_there_has_no_place()
        => Assert.IsNull(ResourcePlace.Find(typeof(SentenceModel).Assembly, "model/none"));
}
