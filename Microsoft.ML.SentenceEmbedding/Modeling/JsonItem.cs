using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A value in one of a model's JSON files; typed reads whose errors name the file, the key and the value found.</summary>
internal sealed class JsonItem
{
    // Far above the largest, the index of a model in hundreds of files; a value read takes several times its length in memory.
    private const int MaximumFileLength = 32 << 20;

    // Each takes several times its length in memory; a header of 300,000 tensors has about as many.
    private const int MaximumTokens = 5_000_000;

    private readonly string _fileName;
    private readonly string _key;
    private readonly JsonElement _element;

    private JsonItem(string fileName, string key, JsonElement element)
    {
        _fileName = fileName;
        _key = key;
        _element = element;
    }

    /// <summary>Gets a value indicating whether this is a string.</summary>
    public bool IsText => _element.ValueKind == JsonValueKind.String;

    /// <summary>Gets a value indicating whether this is null.</summary>
    public bool IsNull => _element.ValueKind == JsonValueKind.Null;

    /// <summary>Reads a configuration file.</summary>
    /// <exception cref="InvalidDataException">The file is too long, or no JSON.</exception>
    public static JsonItem Read(ModelFile file) => file.Length <= MaximumFileLength
        ? Parse(file.ReadAll().Span, file.Name)
        : throw new InvalidDataException($"{file.Name} has {file.Length} bytes; a configuration file has at most {MaximumFileLength}.");

    /// <summary>Reads bytes that hold one JSON value and nothing else but white space.</summary>
    /// <exception cref="InvalidDataException">The bytes are not JSON, nested too deeply, hold text that is not Unicode, or too many values.</exception>
    public static JsonItem Parse(ReadOnlySpan<byte> utf8, string fileName)
    {
        if (!Utf8.IsValid(utf8))
        {
            throw new InvalidDataException($"{fileName} is not JSON: it holds bytes that are not UTF-8.");
        }

        try
        {
            Check(utf8, fileName);
            var reader = new Utf8JsonReader(utf8);
            return new JsonItem(fileName, string.Empty, JsonElement.ParseValue(ref reader));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{fileName} is not JSON that can be read: {exception.Message}", exception);
        }
    }

    /// <summary>Gives an object's value; a missing or null one is an error.</summary>
    public JsonItem Get(string key) =>
        Find(key) ?? throw new InvalidDataException($"{_fileName}: '{KeyOf(key)}' is missing.");

    /// <summary>Gives an object's value, or null where it is missing or null.</summary>
    public JsonItem? Find(string key) =>
        RequireKind(JsonValueKind.Object, "an object")._element.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? new JsonItem(_fileName, KeyOf(key), value)
            : null;

    /// <summary>Gives an object's names and values in file order; a name may come twice.</summary>
    public IEnumerable<KeyValuePair<string, JsonItem>> Properties() =>
        RequireKind(JsonValueKind.Object, "an object")._element.EnumerateObject()
            .Select(property => KeyValuePair.Create(property.Name, new JsonItem(_fileName, KeyOf(property.Name), property.Value)));

    /// <summary>Gives an array's values.</summary>
    public IEnumerable<JsonItem> Items() =>
        RequireKind(JsonValueKind.Array, "an array")._element.EnumerateArray()
            .Select((value, index) => new JsonItem(_fileName, $"{_key}[{index}]", value));

    /// <summary>Gives a string.</summary>
    public string Text() => RequireKind(JsonValueKind.String, "a string")._element.GetString()!;

    /// <summary>Gives true or false.</summary>
    public bool Flag() => _element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Error("true or false"),
    };

    /// <summary>Gives a whole number in a range.</summary>
    public long Integer(long minimum, long maximum) =>
        _element.ValueKind == JsonValueKind.Number && _element.TryGetInt64(out long value) && value >= minimum && value <= maximum
            ? value
            : throw Error(string.Create(CultureInfo.InvariantCulture, $"a whole number from {minimum} to {maximum}"));

    /// <summary>Gives a whole number in a range.</summary>
    public int Integer(int minimum, int maximum) => (int)Integer((long)minimum, maximum);

    /// <summary>Gives a number in a range, the smallest excluded.</summary>
    public double NumberAbove(double minimum, double maximum) =>
        _element.ValueKind == JsonValueKind.Number && _element.TryGetDouble(out double value) && value > minimum && value <= maximum
            ? value
            : throw Error(string.Create(CultureInfo.InvariantCulture, $"a number above {minimum} and at most {maximum}"));

    /// <summary>Makes the error for a value of the right file but wrong content.</summary>
    public InvalidDataException Error(string expected) => new($"{_fileName}: {Describe()} must be {expected}.");

    /// <summary>Makes the error for content that is right but not supported.</summary>
    public NotSupportedException Unsupported(string supported) => new($"{_fileName}: {Describe()} is not supported; supported: {supported}.");

    // Reads to the end, so that nothing may follow the value, and unescapes: GetString would throw later on a lone surrogate.
    private static void Check(ReadOnlySpan<byte> utf8, string fileName)
    {
        var reader = new Utf8JsonReader(utf8);
        for (int tokens = 0; reader.Read(); tokens++)
        {
            if (tokens == MaximumTokens)
            {
                throw new InvalidDataException($"{fileName} has more than {MaximumTokens} names, values, and brackets.");
            }

            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
            {
                reader.GetString();
            }
        }
    }

    private string KeyOf(string key) => _key.Length == 0 ? key : $"{_key}.{key}";

    private JsonItem RequireKind(JsonValueKind kind, string expected) => _element.ValueKind == kind ? this : throw Error(expected);

    private string Describe()
    {
        const int ShownLength = 120;
        string text = _element.GetRawText();
        string shown = text.Length <= ShownLength ? text : text[..ShownLength] + "...";
        return _key.Length == 0 ? $"the content {shown}" : $"'{_key}' is {shown} and";
    }
}
