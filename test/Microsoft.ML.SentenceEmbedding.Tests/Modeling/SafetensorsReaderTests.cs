namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class SafetensorsReaderTests
{
    [TestMethod]
    public void Read_gives_names_types_shapes_and_bytes_in_file_order()
    {
        byte[] data = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

        IReadOnlyList<StoredTensor> tensors = Read(SafetensorsBuilder.Build(
            """{"__metadata__":{"format":"pt"},"b":{"dtype":"F16","shape":[1,3],"data_offsets":[4,10]},"a":{"dtype":"I32","shape":[],"data_offsets":[0,4],"extra":1}}   """,
            data));

        Assert.HasCount(2, tensors);
        Assert.AreEqual("a", tensors[0].Name);
        Assert.AreEqual(StoredDataType.Int32, tensors[0].DataType);
        Assert.AreEqual(0, tensors[0].Shape.Length);
        Assert.AreEqual(1, tensors[0].ElementCount);
        CollectionAssert.AreEqual(data[..4], tensors[0].Bytes.ToArray());
        Assert.AreEqual("b", tensors[1].Name);
        CollectionAssert.AreEqual(new long[] { 1, 3 }, tensors[1].Shape.ToArray());
        CollectionAssert.AreEqual(data[4..], tensors[1].Bytes.ToArray());
        Assert.AreEqual("model/weights.safetensors", tensors[1].FileName);
    }

    [TestMethod]
    public void Read_gives_nothing_for_an_empty_header() => Assert.IsEmpty(Read(SafetensorsBuilder.Build("{}")));

    [TestMethod]
    public void Read_accepts_empty_tensors_at_the_same_place()
    {
        IReadOnlyList<StoredTensor> tensors = Read(SafetensorsBuilder.Build(
            """{"full":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"none":{"dtype":"F32","shape":[0,3],"data_offsets":[0,0]},"end":{"dtype":"F32","shape":[0],"data_offsets":[2,2]}}""",
            1,
            2));

        Assert.HasCount(3, tensors);
        Assert.AreEqual(0, tensors.Single(tensor => tensor.Name == "none").ElementCount);
    }

    [TestMethod]
    [DataRow("BOOL", 1)]
    [DataRow("U8", 1)]
    [DataRow("I8", 1)]
    [DataRow("F8_E5M2", 1)]
    [DataRow("F8_E4M3", 1)]
    [DataRow("F8_E8M0", 1)]
    [DataRow("I16", 2)]
    [DataRow("U16", 2)]
    [DataRow("F16", 2)]
    [DataRow("BF16", 2)]
    [DataRow("I32", 4)]
    [DataRow("U32", 4)]
    [DataRow("F32", 4)]
    [DataRow("I64", 8)]
    [DataRow("U64", 8)]
    [DataRow("F64", 8)]
    [DataRow("C64", 8)]
    public void Read_knows_the_size_of_every_type(string dataType, int bytes)
    {
        string header = $$$"""{"t":{"dtype":"{{{dataType}}}","shape":[3],"data_offsets":[0,{{{3 * bytes}}}]}}""";

        Assert.AreEqual(3, Read(SafetensorsBuilder.Build(header, new byte[3 * bytes]))[0].ElementCount);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(7)]
    public void Read_refuses_a_file_shorter_than_a_length(int length) => Refuse(new byte[length], "truncated");

    [TestMethod]
    public void Read_refuses_a_header_longer_than_the_limit() => Refuse([.. SafetensorsBuilder.Length(100_000_001), 1], "limit");

    [TestMethod]
    public void Read_refuses_a_header_length_with_the_highest_bit() => Refuse(SafetensorsBuilder.Length(ulong.MaxValue), "limit");

    [TestMethod]
    public void Read_refuses_a_header_that_ends_behind_the_file() => Refuse([.. SafetensorsBuilder.Length(3), (byte)'{', (byte)'}'], "truncated");

    [TestMethod]
    public void Read_refuses_an_empty_header() => Refuse(SafetensorsBuilder.Length(0), "does not start with");

    [TestMethod]
    public void Read_refuses_bytes_that_are_not_UTF8() => Refuse(SafetensorsBuilder.Build([(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}'], []), "UTF-8");

    [TestMethod]
    [DataRow("[]", "does not start with")]
    [DataRow(" {}", "does not start with")]
    [DataRow("{", "JSON")]
    [DataRow("{}x", "JSON")]
    [DataRow("""{"t":1}""", "'t' is 1")]
    [DataRow("""{"t":null}""", "'t' is null")]
    [DataRow("""{"\ud800":{}}""", "JSON")]
    [DataRow("""{"t":{}}""", "'t.dtype' is missing")]
    [DataRow("""{"t":{"dtype":"F32","data_offsets":[0,4]}}""", "'t.shape' is missing")]
    [DataRow("""{"t":{"dtype":"F32","shape":[1]}}""", "'t.data_offsets' is missing")]
    [DataRow("""{"t":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}""", "F31")]
    [DataRow("""{"t":{"dtype":"\ud800","shape":[1],"data_offsets":[0,4]}}""", "JSON")]
    [DataRow("""{"t":{"dtype":32,"shape":[1],"data_offsets":[0,4]}}""", "'t.dtype' is 32")]
    [DataRow("""{"t":{"dtype":"F32","shape":"1","data_offsets":[0,4]}}""", "'t.shape'")]
    [DataRow("""{"t":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "'t.shape[0]' is -1")]
    [DataRow("""{"t":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", "'t.shape[0]' is 1.5")]
    [DataRow("""{"t":{"dtype":"F32","shape":[1e99],"data_offsets":[0,4]}}""", "'t.shape[0]' is 1e99")]
    [DataRow("""{"t":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}""", "'t.shape[0]' is 99999999999999999999")]
    [DataRow("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "'t.shape' is [2]")]
    [DataRow("""{"t":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}}""", "'t.shape'")]
    [DataRow("""{"t":{"dtype":"U8","shape":[4294967296,4294967296,4],"data_offsets":[0,4]}}""", "'t.shape'")]
    [DataRow("""{"t":{"dtype":"U8","shape":[9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807],"data_offsets":[0,4]}}""", "'t.shape'")]
    [DataRow("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,5]}}""", "'t.data_offsets[1]' is 5")]
    [DataRow("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", "'t.data_offsets[0]' is -4")]
    [DataRow("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", "'t.data_offsets' is [4,0]")]
    [DataRow("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", "'t.data_offsets'")]
    [DataRow("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}""", "'t.data_offsets'")]
    [DataRow("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775807,9223372036854775807]}}""", "'t.data_offsets[0]'")]
    [DataRow("""{"t":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"t":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "'t' is described twice")]
    [DataRow("""{"t":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"u":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}""", "'u' begins at byte 1")]
    [DataRow("""{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"u":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", "'u' begins at byte 2")]
    [DataRow("""{"t":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}""", "'t' begins at byte 1")]
    [DataRow("""{"t":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "describes 3 bytes")]
    [DataRow("{}", "describes 0 bytes")]
    public void Read_refuses_a_header_that_does_not_describe_four_bytes(string header, string message) =>
        Refuse(SafetensorsBuilder.Build(header, 1, 2, 3, 4), message);

    [TestMethod]
    public void Read_refuses_deep_nesting() => Refuse(SafetensorsBuilder.Build("{\"t\":" + new string('[', 100_000)), "JSON");

    [TestMethod]
    public void Read_refuses_more_dimensions_than_any_tensor_has()
    {
        string shape = string.Join(',', Enumerable.Repeat("1", 65));

        Refuse(SafetensorsBuilder.Build($$$"""{"t":{"dtype":"U8","shape":[{{{shape}}}],"data_offsets":[0,1]}}""", 1), "at most 64 dimensions");
    }

    [TestMethod]
    public void Read_refuses_a_header_that_would_fill_the_memory()
    {
        string header = "{\"t\":[" + string.Concat(Enumerable.Repeat("0,", 6_000_000)) + "0]}";

        Refuse(SafetensorsBuilder.Build(header), "more than 5000000");
    }

    private static IReadOnlyList<StoredTensor> Read(byte[] bytes) => SafetensorsReader.Read(SafetensorsBuilder.File(bytes));

    private static void Refuse(byte[] bytes, string message)
    {
        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => Read(bytes));
        Assert.Contains("model/weights.safetensors", exception.Message);
        Assert.Contains(message, exception.Message);
    }
}
