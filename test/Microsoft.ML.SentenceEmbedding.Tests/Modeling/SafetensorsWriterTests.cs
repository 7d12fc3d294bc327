using System.Buffers.Binary;
using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class SafetensorsWriterTests
{
    [TestMethod]
    public void File_has_the_layout_that_the_format_asks_for()
    {
        byte[] bytes = SafetensorsWriter.ToBytes(
        [
            TensorContent.Of("half", [3], new float[] { 0.5f, -2, 65504 }, WeightPrecision.Float16),
            TensorContent.Of("zwei \"Wörter\"", [2, 1], new float[] { 1.25f, float.MinValue }, WeightPrecision.Float32),
            TensorContent.Of("scalar", [], new float[] { 3 }, WeightPrecision.Float32),
        ]);

        // Read by hand: what reads and what writes could be wrong in the same way.
        int headerLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        int data = 8 + headerLength;
        using var header = JsonDocument.Parse(bytes.AsMemory(8, headerLength));
        Assert.AreEqual((byte)'{', bytes[8]);
        Assert.AreEqual(0, data % 8);
        Assert.AreEqual("pt", header.RootElement.GetProperty("__metadata__").GetProperty("format").GetString());
        Assert.AreEqual(4, header.RootElement.EnumerateObject().Count());
        AssertDescription(header, "scalar", "F32", "[]", "[0,4]");
        AssertDescription(header, "zwei \"Wörter\"", "F32", "[2,1]", "[4,12]");
        AssertDescription(header, "half", "F16", "[3]", "[12,18]");
        Assert.AreEqual(data + 18, bytes.Length);
        Assert.AreEqual(3f, BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(data)));
        Assert.AreEqual(1.25f, BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(data + 4)));
        Assert.AreEqual(float.MinValue, BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(data + 8)));
        Assert.AreEqual((Half)0.5, BinaryPrimitives.ReadHalfLittleEndian(bytes.AsSpan(data + 12)));
        Assert.AreEqual((Half)(-2), BinaryPrimitives.ReadHalfLittleEndian(bytes.AsSpan(data + 14)));
        Assert.AreEqual(Half.MaxValue, BinaryPrimitives.ReadHalfLittleEndian(bytes.AsSpan(data + 16)));
    }

    [TestMethod]
    public void Reader_reads_whatever_the_writer_writes()
    {
        var random = new Random(1);
        for (int file = 0; file < 200; file++)
        {
            (TensorContent Content, float[] Values)[] tensors = [.. Enumerable.Range(0, random.Next(6)).Select(index => CreateTensor(random, index))];

            byte[] bytes = SafetensorsWriter.ToBytes(tensors.Select(tensor => tensor.Content));

            IReadOnlyList<StoredTensor> read = SafetensorsReader.Read(SafetensorsBuilder.File(bytes));
            Assert.HasCount(tensors.Length, read);
            foreach ((TensorContent content, float[] values) in tensors)
            {
                StoredTensor tensor = read.Single(tensor => tensor.Name == content.Name);
                Assert.AreEqual(content.DataType, tensor.DataType);
                CollectionAssert.AreEqual(content.Shape, tensor.Shape.ToArray());
                CollectionAssert.AreEqual(values, tensor.ToSingle());
            }

            using var stream = new MemoryStream();
            SafetensorsWriter.Write(stream, tensors.Select(tensor => tensor.Content).Reverse());
            CollectionAssert.AreEqual(bytes, stream.ToArray());
        }
    }

    [TestMethod]
    public void Stored_tensors_keep_their_bytes_or_change_their_type()
    {
        byte[] stored = SafetensorsBuilder.Build("""{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}""", 0x80, 0x3F, 0x40, 0xC0);
        StoredTensor tensor = SafetensorsReader.Read(SafetensorsBuilder.File(stored))[0];

        TensorContent[] contents = [TensorContent.Of("as it is", tensor), TensorContent.Of("half", tensor, WeightPrecision.Float16), TensorContent.Of("single", tensor, WeightPrecision.Float32)];

        foreach (StoredTensor read in SafetensorsReader.Read(SafetensorsBuilder.File(SafetensorsWriter.ToBytes(contents))))
        {
            Assert.AreEqual(contents.Single(content => content.Name == read.Name).DataType, read.DataType);
            CollectionAssert.AreEqual(new float[] { 1, -3 }, read.ToSingle(), read.Name);
        }

        CollectionAssert.AreEqual(
            new[] { StoredDataType.BFloat16, StoredDataType.Float16, StoredDataType.Float32 },
            contents.Select(content => content.DataType).ToArray());
    }

    [TestMethod]
    [DataRow(65520f)]
    [DataRow(-1e30f)]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    public void Number_that_half_precision_cannot_hold_is_named(float value)
    {
        float[] values = new float[70_000];
        values[69_999] = value;
        var content = TensorContent.Of("pooler.dense.bias", [values.Length], values, WeightPrecision.Float16);

        NotSupportedException exception = Assert.ThrowsExactly<NotSupportedException>(() => SafetensorsWriter.ToBytes([content]));

        Assert.Contains("'pooler.dense.bias'", exception.Message);
        Assert.Contains(FormattableString.Invariant($"the value {value},"), exception.Message);
    }

    [TestMethod]
    public void Description_that_no_reader_would_take_is_refused()
    {
        TensorContent content = TensorContent.Of("a", [1], new float[1], WeightPrecision.Float32);

        Assert.Contains("'a'", Assert.ThrowsExactly<ArgumentException>(() => SafetensorsWriter.ToBytes([content, content])).Message);
        Assert.ThrowsExactly<ArgumentException>(() => SafetensorsWriter.ToBytes([content with { Name = "__metadata__" }]));
        Assert.ThrowsExactly<ArgumentException>(() => SafetensorsWriter.ToBytes([content with { DataType = StoredDataType.Int64 }]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SafetensorsWriter.ToBytes([content with { Shape = [-1, -1] }]));
        Assert.ThrowsExactly<ArgumentException>(() => TensorContent.Of("a", [2], new float[1], WeightPrecision.Float32));
        Assert.ThrowsExactly<NotSupportedException>(() => SafetensorsWriter.ToBytes([content with { Shape = [1L << 40] }]));
    }

    private static (TensorContent Content, float[] Values) CreateTensor(Random random, int index)
    {
        long[] shape = [.. Enumerable.Range(0, random.Next(5)).Select(_ => (long)random.Next(7))];
        float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (count, dimension) => count * dimension)).Select(_ => (float)(Half)random.NextSingle())];
        WeightPrecision precision = random.Next(2) == 0 ? WeightPrecision.Float16 : WeightPrecision.Float32;
        string name = new([.. Enumerable.Range(0, random.Next(20)).Select(_ => (char)random.Next(0xD800))]);
        return (TensorContent.Of($"{name}.{index}", shape, values, precision), values);
    }

    private static void AssertDescription(JsonDocument header, string name, string dataType, string shape, string offsets)
    {
        JsonElement description = header.RootElement.GetProperty(name);
        Assert.AreEqual(dataType, description.GetProperty("dtype").GetString());
        Assert.AreEqual(shape, description.GetProperty("shape").GetRawText());
        Assert.AreEqual(offsets, description.GetProperty("data_offsets").GetRawText());
    }
}
