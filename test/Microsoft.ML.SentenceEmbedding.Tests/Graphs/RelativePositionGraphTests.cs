namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class RelativePositionGraphTests
{
    // Worked out by hand from relative_position_bucket of transformers' MPNetEncoder: 16 classes for each direction, 8 of them exact.
    [TestMethod]
    [DataRow(0, 0)]
    [DataRow(-1, 1)]
    [DataRow(-7, 7)]
    [DataRow(-8, 8)]
    [DataRow(-11, 8)]
    [DataRow(-12, 9)]
    [DataRow(-16, 10)]
    [DataRow(-31, 11)]
    [DataRow(-32, 12)]
    [DataRow(-64, 14)]
    [DataRow(-127, 15)]
    [DataRow(-128, 15)]
    [DataRow(-511, 15)]
    [DataRow(1, 17)]
    [DataRow(8, 24)]
    [DataRow(511, 31)]
    public void Distances_have_the_classes_of_MPNet(int distance, int bucket)
        => Assert.AreEqual(bucket, RelativePositionGraph.Bucket(distance, 32));
}
