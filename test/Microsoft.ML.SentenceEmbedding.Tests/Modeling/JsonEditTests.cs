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
    [DataRow("{\"c\" : 1.50 }\n", "{\n  \"a\": {\"b\":1},\"c\" : 1.50 }\n")]
    [DataRow("{\"c\":{\"a\":2}, \"a\" : null }\n", "{\"c\":{\"a\":2}, \"a\" : {\"b\":1} }\n")]
    [DataRow("{\"\\u0061\":[2],\"c\":3}", "{\"\\u0061\":{\"b\":1},\"c\":3}")]
    public void A_key_gets_a_value_or_is_added_in_front_and_all_else_stays(string json, string expected) =>
        Assert.AreEqual(expected, Encoding.UTF8.GetString(JsonEdit.Set(Encoding.UTF8.GetBytes(json), "a", "{\"b\":1}")));
}
