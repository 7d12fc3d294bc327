using System.Globalization;
using System.Runtime.InteropServices;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class StoredTensorTests
{
    private const int HalfValues = 1 << 16;

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void ToSingle_widens_every_half_value_exactly(int padding)
    {
        ushort[] bits = [.. Enumerable.Range(0, HalfValues).Select(value => (ushort)value)];

        float[] values = Tensor("F16", padding, MemoryMarshal.AsBytes<ushort>(bits), HalfValues).ToSingle();

        for (int index = 0; index < HalfValues; index++)
        {
            AssertSame(HalfToSingle((ushort)index), values[index], index);
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void ToSingle_widens_every_bfloat16_value_exactly(int padding)
    {
        ushort[] bits = [.. Enumerable.Range(0, HalfValues).Select(value => (ushort)value)];

        float[] values = Tensor("BF16", padding, MemoryMarshal.AsBytes<ushort>(bits), HalfValues).ToSingle();

        for (int index = 0; index < HalfValues; index++)
        {
            Assert.AreEqual((uint)index << 16, BitConverter.SingleToUInt32Bits(values[index]));
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void ToSingle_copies_singles_bit_by_bit(int padding)
    {
        float[] expected = [0, -0f, 1, float.Epsilon, float.MaxValue, float.NegativeInfinity, BitConverter.UInt32BitsToSingle(0x7F800001)];

        float[] values = Tensor("F32", padding, MemoryMarshal.AsBytes<float>(expected), expected.Length).ToSingle();

        CollectionAssert.AreEqual(MemoryMarshal.AsBytes<float>(expected).ToArray(), MemoryMarshal.AsBytes<float>(values).ToArray());
    }

    [TestMethod]
    [DataRow("F16", 1)]
    [DataRow("F16", 17)]
    [DataRow("BF16", 1)]
    [DataRow("BF16", 17)]
    [DataRow("BF16", 33)]
    [DataRow("F32", 3)]
    public void CopyTo_leaves_the_rest_of_the_destination_alone(string dataType, int count)
    {
        float[] destination = new float[count + 2];
        destination.AsSpan().Fill(7);
        byte[] zeros = new byte[count * (dataType == "F32" ? 4 : 2)];

        Tensor(dataType, 0, zeros, count).CopyTo(destination);

        CollectionAssert.AreEqual(new float[count].Concat([7, 7]).ToArray(), destination);
    }

    [TestMethod]
    public void CopyTo_refuses_a_short_destination()
    {
        StoredTensor tensor = Tensor("BF16", 0, new byte[8], 4);

        Assert.Throws<ArgumentException>(() => tensor.CopyTo(new float[3]));
    }

    [TestMethod]
    public void ToSingle_refuses_whole_numbers()
    {
        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => Tensor("I64", 0, new byte[8], 1).ToSingle());

        Assert.Contains("'t' holds Int64", exception.Message);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)] // where the file would not be sparse
    public void A_tensor_behind_four_gigabytes_is_read_and_one_as_large_is_refused()
    {
        const long Large = 1L << 32;
        byte[] start = SafetensorsBuilder.Build($$$"""{"large":{"dtype":"F32","shape":[{{{Large / 4}}}],"data_offsets":[0,{{{Large}}}]},"small":{"dtype":"F32","shape":[1],"data_offsets":[{{{Large}}},{{{Large + 4}}}]}}""");
        string path = Path.GetTempFileName();
        using (FileStream file = File.OpenWrite(path))
        {
            file.Write(start);
            file.Seek(Large, SeekOrigin.Current);
            file.Write(BitConverter.GetBytes(1.5f));
        }

        IReadOnlyList<StoredTensor> tensors = SafetensorsReader.Read(ModelFile.OnDisk(path, "large.safetensors"));
        File.Delete(path);

        Assert.AreEqual(1.5f, tensors[1].ToSingle()[0]);
        Assert.Contains("'large' has 4294967296 bytes", Assert.ThrowsExactly<InvalidDataException>(() => tensors[0].ToSingle()).Message);
        Assert.Contains("'large' has 4294967296 bytes", Assert.ThrowsExactly<InvalidDataException>(() => tensors[0].Bytes.Length).Message);
    }

    // The definition: sign, 5 bits of exponent with bias 15, 10 bits of fraction.
    private static float HalfToSingle(ushort bits)
    {
        int exponent = (bits >> 10) & 0x1F;
        int fraction = bits & 0x3FF;
        double magnitude = exponent switch
        {
            0 => fraction * Math.Pow(2, -24),
            31 => fraction == 0 ? double.PositiveInfinity : double.NaN,
            _ => (1024 + fraction) * Math.Pow(2, exponent - 25),
        };
        return (float)(bits >= 0x8000 ? -magnitude : magnitude);
    }

    private static void AssertSame(float expected, float actual, int bits)
    {
        bool same = float.IsNaN(expected) ? float.IsNaN(actual) : BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(actual);
        Assert.IsTrue(same, string.Create(CultureInfo.InvariantCulture, $"{bits:X4}: expected {expected}, got {actual}"));
    }

    // Spaces behind the header move the data to odd addresses.
    private static StoredTensor Tensor(string dataType, int padding, ReadOnlySpan<byte> data, int count)
    {
        string header = $$$"""{"t":{"dtype":"{{{dataType}}}","shape":[{{{count}}}],"data_offsets":[0,{{{data.Length}}}]}}""" + new string(' ', padding);
        return SafetensorsReader.Read(SafetensorsBuilder.File(SafetensorsBuilder.Build(header, data.ToArray())))[0];
    }
}
