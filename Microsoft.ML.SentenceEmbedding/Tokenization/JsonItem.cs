using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A value in one of a model's JSON files; typed reads whose errors name the file, the key and the value found.</summary>
internal sealed class JsonItem
{
    // Every name and value takes memory beside its bytes. A tokenizer of 500,000 pieces and as many merges has 2,500,000 separators.
    private const int MaximumSeparators = 5_000_000;

    private const int ShownLength = 120;

    private readonly string _fileName;
    private readonly JsonItem? _parent;
    private readonly string? _name;
    private readonly int _index;
    private readonly JsonElement _element;

    private JsonItem(string fileName, JsonElement root)
    {
        _fileName = fileName;
        _element = root;
    }

    // Where it lies is put into words only for an error: a long name would be copied for everything below it.
    private JsonItem(JsonItem parent, string? name, int index, JsonElement element)
        : this(parent._fileName, element)
    {
        _parent = parent;
        _name = name;
        _index = index;
    }

    /// <summary>Gets a value indicating whether this is a string.</summary>
    public bool IsText => _element.ValueKind == JsonValueKind.String;

    /// <summary>Reads bytes that hold one JSON value and nothing else but white space.</summary>
    /// <param name="utf8">The bytes, which are copied.</param>
    /// <param name="fileName">The file's name for messages.</param>
    /// <exception cref="InvalidDataException">The bytes are not JSON, nested too deeply, hold text that is not Unicode, or too many values.</exception>
    public static JsonItem Parse(ReadOnlyMemory<byte> utf8, string fileName)
    {
        if (!Utf8.IsValid(utf8.Span))
        {
            throw new InvalidDataException($"{fileName}: not valid JSON: it holds bytes that are not UTF-8.");
        }

        if (CountSeparators(utf8.Span) > MaximumSeparators)
        {
            throw new InvalidDataException($"{fileName}: too many values: more than {MaximumSeparators} commas, colons, and opening brackets.");
        }

        try
        {
            CheckEscapes(utf8.Span);
            using var document = JsonDocument.Parse(utf8);
            return new JsonItem(fileName, document.RootElement.Clone());
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The message, and with it the exception, may hold the rest of the file.
            throw new InvalidDataException($"{fileName}: not valid JSON: {Excerpt.Of(exception.Message, 200)}");
        }
    }

    /// <summary>Gives an object's value; a missing or null one is an error.</summary>
    public JsonItem Get(string key) =>
        Find(key) ?? throw new InvalidDataException($"{_fileName}: '{KeyOf(key)}' is missing.");

    /// <summary>Gives an object's value, or null where it is missing or null.</summary>
    public JsonItem? Find(string key) =>
        RequireKind(JsonValueKind.Object, "an object")._element.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? new JsonItem(this, key, 0, value)
            : null;

    /// <summary>Gives the number of an object's names; one that comes twice counts twice.</summary>
    public int CountProperties() => RequireKind(JsonValueKind.Object, "an object")._element.EnumerateObject().Count();

    /// <summary>Gives an object's names and values in file order; a name may come twice.</summary>
    public IEnumerable<KeyValuePair<string, JsonItem>> Properties() =>
        RequireKind(JsonValueKind.Object, "an object")._element.EnumerateObject()
            .Select(property => KeyValuePair.Create(property.Name, new JsonItem(this, property.Name, 0, property.Value)));

    /// <summary>Gives an object's names and whole numbers in file order, without an object for each; a name may come twice.</summary>
    public IEnumerable<KeyValuePair<string, int>> Integers(int minimum, int maximum)
    {
        foreach (JsonProperty property in RequireKind(JsonValueKind.Object, "an object")._element.EnumerateObject())
        {
            JsonElement element = property.Value;
            int value = element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int number) && number >= minimum && number <= maximum
                ? number
                : new JsonItem(this, property.Name, 0, element).Integer(minimum, maximum);
            yield return KeyValuePair.Create(property.Name, value);
        }
    }

    /// <summary>Gives an array's values.</summary>
    public IEnumerable<JsonItem> Items() =>
        RequireKind(JsonValueKind.Array, "an array")._element.EnumerateArray()
            .Select((value, index) => new JsonItem(this, null, index, value));

    /// <summary>Gives an array's pairs of a string and a finite number, without an object for each.</summary>
    /// <param name="expected">What each pair must be, for messages.</param>
    public IEnumerable<(string Text, double Number)> ScoredTexts(string expected)
    {
        int index = 0;
        foreach (JsonElement element in RequireKind(JsonValueKind.Array, "an array")._element.EnumerateArray())
        {
            bool isPair = IsPair(element, JsonValueKind.Number) && double.IsFinite(element[1].GetDouble());
            yield return isPair ? (element[0].GetString()!, element[1].GetDouble()) : throw new JsonItem(this, null, index, element).Error(expected);
            index++;
        }
    }

    /// <summary>Gives an array's pairs of strings, each an array of two or a string of two with a space between, without an object for each.</summary>
    /// <param name="expected">What each pair must be, for messages.</param>
    public IEnumerable<(string First, string Second)> TextPairs(string expected)
    {
        int index = 0;
        foreach (JsonElement element in RequireKind(JsonValueKind.Array, "an array")._element.EnumerateArray())
        {
            string[] parts = element.ValueKind == JsonValueKind.String ? element.GetString()!.Split(' ')
                : IsPair(element, JsonValueKind.String) ? [element[0].GetString()!, element[1].GetString()!]
                : [];
            yield return parts.Length == 2 ? (parts[0], parts[1]) : throw new JsonItem(this, null, index, element).Error(expected);
            index++;
        }
    }

    /// <summary>Gives the bytes of a string in base64.</summary>
    public byte[] Bytes() => RequireKind(JsonValueKind.String, "a string")._element.TryGetBytesFromBase64(out byte[]? bytes) ? bytes : throw Error("bytes in base64");

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

    /// <summary>Gives a number; one beyond all doubles is infinite.</summary>
    public double Number() => RequireKind(JsonValueKind.Number, "a number")._element.GetDouble();

    /// <summary>Gives a number in a range, the smallest excluded.</summary>
    public double NumberAbove(double minimum, double maximum)
    {
        double value = Number();
        return value > minimum && value <= maximum
            ? value
            : throw Error(string.Create(CultureInfo.InvariantCulture, $"a number above {minimum} and at most {maximum}"));
    }

    /// <summary>Makes the error for a value of the right file but wrong content.</summary>
    public InvalidDataException Error(string expected) => new($"{_fileName}: {Describe()} must be {expected}.");

    /// <summary>Makes the error for content that is right but not supported.</summary>
    public NotSupportedException Unsupported(string supported) => new($"{_fileName}: {Describe()} is not supported; supported: {supported}.");

    /// <summary>Makes the error for a key below this one whose absence is right but not supported.</summary>
    public NotSupportedException UnsupportedWithout(string key, string supported) => new($"{_fileName}: '{KeyOf(key)}' is missing, which is not supported; supported: {supported}.");

    private static bool IsPair(JsonElement element, JsonValueKind second) =>
        element.ValueKind == JsonValueKind.Array && element.GetArrayLength() == 2 && element[0].ValueKind == JsonValueKind.String && element[1].ValueKind == second;

    // One of these stands before every name and every value but the first; those inside strings are few. Faster than reading all.
    private static int CountSeparators(ReadOnlySpan<byte> utf8) =>
        utf8.Count((byte)',') + utf8.Count((byte)':') + utf8.Count((byte)'[') + utf8.Count((byte)'{');

    // GetString would throw later on an escape that is half of a surrogate pair.
    private static void CheckEscapes(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IndexOf("\\u"u8) < 0)
        {
            return;
        }

        var reader = new Utf8JsonReader(utf8);
        while (reader.Read())
        {
            if (reader.ValueIsEscaped)
            {
                reader.GetString();
            }
        }
    }

    // As far as messages show it; no deeper than the parser goes.
    private string Key() => (_parent, _name) switch
    {
        (null, _) => string.Empty,
        (_, null) => string.Create(CultureInfo.InvariantCulture, $"{_parent.Key()}[{_index}]"),
        _ => _parent.KeyOf(_name),
    };

    private string KeyOf(string name) => Key() is { Length: > 0 } key ? $"{key}.{Excerpt.Of(name)}" : Excerpt.Of(name);

    private JsonItem RequireKind(JsonValueKind kind, string expected) => _element.ValueKind == kind ? this : throw Error(expected);

    private string Describe()
    {
        string shown = Excerpt.Of(_element.GetRawText(), ShownLength);
        return Key() is { Length: > 0 } key ? $"'{key}' is {shown} and" : $"the content {shown}";
    }
}
