using System.Text;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class JsonItemTests
{
    private const string Name = "model/config.json";

    [TestMethod]
    [DataRow("", "not valid JSON")]
    [DataRow("{", "not valid JSON")]
    [DataRow("{} {}", "not valid JSON")]
    [DataRow("""{"a":01}""", "not valid JSON")]
    [DataRow("""{"a":"\ud800"}""", "not valid JSON")]
    [DataRow("""{"a":"\ud83d\ude00","b":["\ude00"]}""", "not valid JSON")]
    [DataRow("""{"a":{"\udc00":1}}""", "not valid JSON")]
    public void Parse_refuses_what_is_not_JSON_of_whole_characters(string json, string message) => Refuse(() => Parse(json), message);

    [TestMethod]
    public void Parse_refuses_bytes_that_are_not_UTF8() => Refuse(() => JsonItem.Parse(new byte[] { (byte)'"', 0xC3, (byte)'"' }, Name), "not UTF-8");

    [TestMethod]
    public void Parse_refuses_deep_nesting() => Refuse(() => Parse(new string('[', 100_000)), "not valid JSON");

    [TestMethod]
    [DataRow("0,")]
    [DataRow("[],")]
    [DataRow("{},")]
    [DataRow("{\"\":0},")]
    public void Parse_refuses_values_that_would_fill_the_memory(string value) =>
        Refuse(() => Parse($"[{string.Concat(Enumerable.Repeat(value, 5_000_000))}0]"), "more than 5000000");

    [TestMethod]
    public void A_text_keeps_its_escaped_and_plain_characters()
    {
        JsonItem item = Parse("""{"\u00e9":"\ud83d\ude00\\u\n","é2":"😀"}""");

        Assert.AreEqual("😀\\u\n", item.Get("é").Text());
        Assert.AreEqual("😀", item.Get("é2").Text());
    }

    [TestMethod]
    public void Every_read_of_another_kind_of_value_names_key_value_and_what_it_must_be()
    {
        JsonItem item = Parse("""{"list":[{"x":"1"},true],"number":0.5,"null":null}""");
        JsonItem text = item.Get("list").Items().First().Get("x");
        JsonItem flag = item.Get("list").Items().Last();

        Refuse(() => text.Integer(1, 9), "'list[0].x' is \"1\" and must be a whole number from 1 to 9.");
        Refuse(() => text.Flag(), "'list[0].x' is \"1\" and must be true or false.");
        Refuse(() => text.Number(), "'list[0].x' is \"1\" and must be a number.");
        Refuse(() => text.Items(), "'list[0].x' is \"1\" and must be an array.");
        Refuse(() => text.Properties(), "'list[0].x' is \"1\" and must be an object.");
        Refuse(() => text.Find("y"), "'list[0].x' is \"1\" and must be an object.");
        Refuse(() => text.Integers(0, 1).ToArray(), "'list[0].x' is \"1\" and must be an object.");
        Refuse(() => flag.Text(), "'list[1]' is true and must be a string.");
        Refuse(() => item.Integers(0, 1).ToArray(), "'list' is [{\"x\":\"1\"},true] and must be a whole number from 0 to 1.");
        Refuse(() => item.Get("number").NumberAbove(0.5, 1), "'number' is 0.5 and must be a number above 0.5 and at most 1.");
        Refuse(() => item.Get("null"), "'null' is missing.");
        Refuse(() => item.Get("list").Text(), "must be a string.");
        Refuse(() => item.Text(), "the content {");
    }

    [TestMethod]
    [DataRow("-1")]
    [DataRow("10")]
    [DataRow("1.5")]
    [DataRow("1e400")]
    [DataRow("99999999999999999999")]
    [DataRow("null")]
    public void Integers_refuse_what_is_out_of_range(string value)
    {
        string message = $"'a.b' is {value} and must be a whole number from 0 to 9.";

        Refuse(() => Parse($$$"""{"a":{"b":{{{value}}}}}""").Get("a").Integers(0, 9).ToArray(), message);
    }

    [TestMethod]
    public void Integers_come_in_file_order_and_twice_if_they_are_there_twice()
    {
        KeyValuePair<string, int>[] pairs = [.. Parse("""{"b":9,"a":0,"b":1}""").Integers(0, 9)];

        CollectionAssert.AreEqual(new[] { KeyValuePair.Create("b", 9), KeyValuePair.Create("a", 0), KeyValuePair.Create("b", 1) }, pairs);
    }

    [TestMethod]
    public void A_long_value_is_shown_by_its_beginning()
    {
        JsonItem item = Parse($$"""{"a":"{{new string('x', 1000)}}"}""").Get("a");

        Assert.AreEqual($"{Name}: 'a' is \"{new string('x', 119)}... and must be short.", item.Error("short").Message);
    }

    [TestMethod]
    public void A_long_name_is_shown_by_its_beginning_and_not_copied_for_what_lies_below()
    {
        JsonItem list = Parse($$"""{"{{new string('x', 1_000_000)}}":[{{string.Join(',', Enumerable.Range(0, 1000))}}]}""").Properties().Single().Value;
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.AreEqual(499_500, list.Items().Sum(item => item.Integer(0, 999)));
        Refuse(() => list.Items().Last().Integer(0, 9), $"'{new string('x', 80)}...[999]' is 999 and must be");

        Assert.IsLessThan(1_000_000L, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void The_rest_of_a_file_that_is_not_JSON_is_not_shown()
    {
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => Parse("{\"a\": tru" + new string('x', 1_000_000)));

        Assert.IsLessThan(1000, exception.ToString().Split("   at ")[0].Length);
    }

    private static JsonItem Parse(string json) => JsonItem.Parse(Encoding.UTF8.GetBytes(json), Name);

    private static void Refuse(Func<object?> read, string message)
    {
        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => read());
        Assert.StartsWith($"{Name}: ", exception.Message);
        Assert.Contains(message, exception.Message);
    }
}
