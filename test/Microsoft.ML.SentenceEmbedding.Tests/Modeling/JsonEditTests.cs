using System.Text;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class JsonEditTests
{
    [TestMethod]
    [DataRow("""{ "a" : 1.50 , "b": "é\n" }""", """{ "a" : 9 , "b": "é\n" }""")]
    [DataRow("""{"b":{"a":1},"c":[{"a":1}],"a":[1,{"a":1}]}""", """{"b":{"a":1},"c":[{"a":1}],"a":9}""")]
    [DataRow("""{"a":1,"\u0061":2}""", """{"a":9,"\u0061":9}""")]
    [DataRow("""{"a":null,"b":1}""", """{"a":null,"b":1}""")]
    [DataRow("{}\n", "{}\n")]
    public void Values_of_the_outermost_object_are_replaced_and_all_else_stays(string json, string expected) =>
        Assert.AreEqual(expected, Encoding.UTF8.GetString(JsonEdit.Replace(Encoding.UTF8.GetBytes(json), new Dictionary<string, string> { ["a"] = "9" })));

    [TestMethod]
    public void A_key_is_added_in_front_and_all_else_stays() =>
        Assert.AreEqual("{\n  \"a\": {\"b\":1},\"c\" : 1.50 }\n", Encoding.UTF8.GetString(JsonEdit.Add("{\"c\" : 1.50 }\n"u8, "a", "{\"b\":1}")));
}
