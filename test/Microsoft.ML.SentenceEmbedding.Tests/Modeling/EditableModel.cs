using System.Text;
using System.Text.Json.Nodes;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>A copy of a tiny model in memory whose files a test changes before it loads them.</summary>
internal sealed class EditableModel(string name)
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _files = ReadFiles(TinyModels.Directory(name));

    /// <summary>Gets or sets a file's bytes.</summary>
    public ReadOnlyMemory<byte> this[string path]
    {
        get => _files[path];
        set => _files[path] = value;
    }

    /// <summary>Replaces or adds a file.</summary>
    public EditableModel Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Replaces or adds a file.</summary>
    public EditableModel Write(string path, byte[] bytes)
    {
        _files[path] = bytes;
        return this;
    }

    /// <summary>Removes a file.</summary>
    public EditableModel Remove(string path)
    {
        Assert.IsTrue(_files.Remove(path));
        return this;
    }

    /// <summary>Sets a key of a JSON object to a value given as JSON, or removes it where that is null.</summary>
    public EditableModel Set(string path, string key, string? json)
    {
        JsonNode document = JsonNode.Parse(_files[path].Span)!;
        document.AsObject().Remove(key);
        if (json is not null)
        {
            document[key] = JsonNode.Parse(json);
        }

        return Write(path, document.ToJsonString());
    }

    /// <summary>Renames the tensors of a safetensors file by replacing text in its header.</summary>
    public EditableModel ReplaceInHeader(string path, string oldText, string newText)
    {
        ReadOnlySpan<byte> bytes = _files[path].Span;
        int headerLength = (int)BitConverter.ToUInt64(bytes);
        string header = Encoding.UTF8.GetString(bytes.Slice(8, headerLength));
        Assert.Contains(oldText, header);
        _files[path] = SafetensorsBuilder.Build(Encoding.UTF8.GetBytes(header.Replace(oldText, newText, StringComparison.Ordinal)), bytes[(8 + headerLength)..].ToArray());
        return this;
    }

    /// <summary>Reads the model.</summary>
    public SentenceModel Load() => SentenceModel.Read(new InMemoryModelDirectory(name, _files));

    private static Dictionary<string, ReadOnlyMemory<byte>> ReadFiles(string directory) =>
        Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).ToDictionary(
            path => Path.GetRelativePath(directory, path).Replace('\\', '/'),
            path => new ReadOnlyMemory<byte>(File.ReadAllBytes(path)),
            StringComparer.Ordinal);
}
