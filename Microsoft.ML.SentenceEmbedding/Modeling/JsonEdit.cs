using System.Text;
using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Changes values of a configuration file and leaves all its other bytes as they are.</summary>
internal static class JsonEdit
{
    /// <summary>Gives a JSON object with another value at a key, which becomes its first key if it has no such one.</summary>
    /// <param name="json">The bytes, known to be a JSON object that is not empty.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value, as JSON.</param>
    public static byte[] Set(ReadOnlySpan<byte> json, string key, string value)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals(key))
            {
                reader.Read();
                int start = (int)reader.TokenStartIndex;
                reader.Skip();
                return [.. json[..start], .. Encoding.UTF8.GetBytes(value), .. json[(int)reader.BytesConsumed..]];
            }
        }

        int inside = json.IndexOf((byte)'{') + 1;
        return [.. json[..inside], .. Encoding.UTF8.GetBytes($"\n  {JsonSerializer.Serialize(key)}: {value},"), .. json[inside..]];
    }

    /// <summary>Gives a JSON object with other values at some of its keys; a key that is missing or null stays so.</summary>
    /// <param name="json">The bytes, known to be a JSON object.</param>
    /// <param name="values">New values, as JSON, by key of the outermost object.</param>
    public static byte[] Replace(ReadOnlySpan<byte> json, IReadOnlyDictionary<string, string> values)
    {
        using var result = new MemoryStream();
        var reader = new Utf8JsonReader(json);
        int copied = 0;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1 || !values.TryGetValue(reader.GetString()!, out string? value))
            {
                continue;
            }

            reader.Read();
            int start = (int)reader.TokenStartIndex;
            bool isNull = reader.TokenType == JsonTokenType.Null;
            reader.Skip();
            if (!isNull)
            {
                result.Write(json[copied..start]);
                result.Write(Encoding.UTF8.GetBytes(value));
                copied = (int)reader.BytesConsumed;
            }
        }

        result.Write(json[copied..]);
        return result.ToArray();
    }
}
