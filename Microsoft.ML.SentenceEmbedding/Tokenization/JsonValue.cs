using System.Text.Json;
using System.Text.Unicode;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A value in a JSON file that knows its file and key, so that every complaint can name them.</summary>
internal readonly struct JsonValue
{
    private readonly JsonElement _element;
    private readonly string _file;
    private readonly string _key;

    private JsonValue(JsonElement element, string file, string key)
    {
        _element = element;
        _file = file;
        _key = key;
    }

    /// <summary>Gets a value indicating whether the key is absent or null.</summary>
    public bool IsNull => _element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    /// <summary>Gets a value indicating whether this is a text.</summary>
    public bool IsString => _element.ValueKind == JsonValueKind.String;

    /// <summary>Gets a value indicating whether this is an object.</summary>
    public bool IsObject => _element.ValueKind == JsonValueKind.Object;

    /// <summary>Gets the value of a key; a null value where it is absent.</summary>
    public JsonValue this[string name] => IsNull
        ? new JsonValue(default, _file, Join(name))
        : new JsonValue(Expect(JsonValueKind.Object, "an object")._element.TryGetProperty(name, out JsonElement value) ? value : default, _file, Join(name));

    /// <summary>Reads a whole file as an object.</summary>
    /// <exception cref="InvalidDataException">It is not JSON, or nested absurdly, or not an object.</exception>
    public static JsonValue Parse(ReadOnlyMemory<byte> content, string file)
    {
        try
        {
            RequireUnicode(content.Span);
            using JsonDocument document = JsonDocument.Parse(content);
            return new JsonValue(document.RootElement.Clone(), file, string.Empty).Expect(JsonValueKind.Object, "an object");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file}: not valid JSON: {e.Message}", e);
        }
    }

    /// <summary>Gets a text.</summary>
    public string GetString() => Expect(JsonValueKind.String, "a text")._element.GetString()!;

    /// <summary>Gets true or false.</summary>
    public bool GetBoolean() => _element.ValueKind is JsonValueKind.True or JsonValueKind.False ? _element.GetBoolean() : throw Bad("true or false");

    /// <summary>Gets true or false, or the given value where the key is absent.</summary>
    public bool GetBoolean(bool absent) => IsNull ? absent : GetBoolean();

    /// <summary>Gets a token id: a whole number from 0, small enough that there can be a larger one.</summary>
    public int GetId()
        => _element.ValueKind == JsonValueKind.Number && _element.TryGetInt32(out int id) && id is >= 0 and < int.MaxValue ? id : throw Bad($"a token id from 0 to {int.MaxValue - 1}");

    /// <summary>Gets a whole number from 1.</summary>
    public int GetPositive() => _element.ValueKind == JsonValueKind.Number && _element.TryGetInt32(out int number) && number > 0 ? number : throw Bad("a whole number from 1");

    /// <summary>Gets a number, or null where the key is absent.</summary>
    public double? GetNumber() => IsNull ? null : Expect(JsonValueKind.Number, "a number")._element.GetDouble();

    /// <summary>Gets an array's items; none where the key is absent.</summary>
    public IEnumerable<JsonValue> Items()
    {
        string file = _file;
        string key = _key;
        return IsNull ? [] : Expect(JsonValueKind.Array, "an array")._element.EnumerateArray().Select((item, index) => new JsonValue(item, file, $"{key}[{index}]"));
    }

    /// <summary>Gets an object's keys and values.</summary>
    public IEnumerable<KeyValuePair<string, JsonValue>> Properties()
    {
        foreach (JsonProperty property in Expect(JsonValueKind.Object, "an object")._element.EnumerateObject())
        {
            yield return new(property.Name, new JsonValue(property.Value, _file, Join(property.Name)));
        }
    }

    /// <summary>Creates the exception for a value that is not what it has to be.</summary>
    public InvalidDataException Bad(string expected) => new($"{_file}: '{_key}' has to be {expected}, and is {Shown}.");

    /// <summary>Creates the exception for a value that is legal, and that this library can not do.</summary>
    public NotSupportedException NotSupported(string supported) => new($"{_file}: '{_key}' is {Shown}, which is not supported; supported: {supported}.");

    private string Shown
    {
        get
        {
            const int Longest = 60;
            string text = IsNull ? "missing" : _element.GetRawText();
            return text.Length > Longest ? text[..Longest] + "..." : text;
        }
    }

    private string Join(string name) => string.IsNullOrEmpty(_key) ? name : $"{_key}.{name}";

    /// <summary>Looks for what the document's own reading leaves for later: bytes that are not UTF-8, and escapes that are half of a surrogate pair.</summary>
    private static void RequireUnicode(ReadOnlySpan<byte> content)
    {
        if (!Utf8.IsValid(content))
        {
            throw new JsonException("The bytes are not UTF-8 text.");
        }

        var reader = new Utf8JsonReader(content);
        while (reader.Read())
        {
            if (reader.ValueIsEscaped)
            {
                try
                {
                    _ = reader.GetString();
                }
                catch (InvalidOperationException e)
                {
                    throw new JsonException($"{e.Message} BytePositionInFile: {reader.TokenStartIndex}.", e);
                }
            }
        }
    }

    private JsonValue Expect(JsonValueKind kind, string expected) => _element.ValueKind == kind ? this : throw Bad(expected);
}
