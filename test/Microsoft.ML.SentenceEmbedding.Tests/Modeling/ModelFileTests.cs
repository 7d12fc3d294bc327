using System.Runtime.CompilerServices;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class ModelFileTests
{
    private const int MappedLength = 3_000_001;

    [TestMethod]
    [DataRow(0)]
    [DataRow(1000)]
    [DataRow((1 << 20) - 1)]
    [DataRow(1 << 20)]
    [DataRow(MappedLength)]
    public void A_file_on_disk_gives_its_bytes_read_or_mapped(int length)
    {
        byte[] bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, bytes);

        AssertContent(path, bytes);
        Collect();

        // On Windows a file that is still mapped cannot be deleted.
        File.Delete(path);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void A_mapping_ends_at_once_where_its_file_is_closed()
    {
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, new byte[MappedLength]);
        var file = ModelFile.OnDisk(path, "model.safetensors");
        string before = File.ReadAllText("/proc/self/maps");

        file.Close();

        StringAssert.Contains(before, path);
        Assert.DoesNotContain(path, File.ReadAllText("/proc/self/maps"));
        File.Delete(path);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Finalization_releases_the_mapping_and_nothing_does_before()
    {
        const string Mappings = "/proc/self/maps";
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, new byte[MappedLength]);

        string before = ReadMappingsWhileInUse(path, Mappings);
        Collect();
        string after = File.ReadAllText(Mappings);
        File.Delete(path);

        Assert.Contains(path, before);
        Assert.DoesNotContain(path, after);
    }

    [TestMethod]
    [DataRow(-1L, 1)]
    [DataRow(0L, -1)]
    [DataRow(0L, 11)]
    [DataRow(10L, 1)]
    [DataRow(long.MaxValue, 1)]
    [DataRow(1L << 32, 0)]
    public void Slice_refuses_what_lies_outside(long offset, int count)
    {
        var file = new ModelFile("name", "path", new byte[10]);

        Assert.Throws<ArgumentOutOfRangeException>(() => file.Slice(offset, count).ToArray());
    }

    [TestMethod]
    public void ReadAll_and_JSON_have_limits()
    {
        string path = Path.GetTempFileName();
        using (FileStream sparse = File.OpenWrite(path))
        {
            sparse.SetLength((256 << 20) + 1);
        }

        AssertTooLong(path);
        Collect();
        File.Delete(path);
    }

    // Not inlined, so that no reference to the file is left in the caller's frame.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AssertContent(string path, byte[] bytes)
    {
        ModelFile file = ModelFile.OnDisk(path, "weights");
        var copy = new MemoryStream();
        file.CopyTo(copy);

        Assert.AreEqual(path, file.Name);
        Assert.AreEqual("weights", file.RelativePath);
        Assert.AreEqual(bytes.Length, file.Length);
        Assert.IsTrue(copy.ToArray().AsSpan().SequenceEqual(bytes));
        Assert.IsTrue(file.ReadAll().Span.SequenceEqual(bytes));
        Assert.IsTrue(file.Slice(bytes.Length / 3, bytes.Length / 2).Span.SequenceEqual(bytes.AsSpan(bytes.Length / 3, bytes.Length / 2)));
        GC.KeepAlive(file);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string ReadMappingsWhileInUse(string path, string mappings)
    {
        ModelFile file = ModelFile.OnDisk(path, "weights");
        Collect();
        string text = File.ReadAllText(mappings);
        GC.KeepAlive(file);
        return text;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AssertTooLong(string path)
    {
        ModelFile file = ModelFile.OnDisk(path, "tokenizer.json");

        Assert.Contains(path, Assert.ThrowsExactly<InvalidDataException>(() => file.ReadAll()).Message);
        Assert.Contains(path, Assert.ThrowsExactly<InvalidDataException>(() => file.ReadJson()).Message);
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
