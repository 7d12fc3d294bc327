using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Keeps a model's files inside a model.zip of ML.NET, once for all transformers of the zip that use the model.</summary>
/// <remarks>
/// The zip's directory SentenceModel0 (1, 2 ... for further models) has the entries Manifest, see <see cref="ModelManifest"/>, and File0, File1 ...:
/// no name in the zip comes from a model.
/// </remarks>
internal static class ModelArchive
{
    private const string DirectoryPrefix = "SentenceModel";
    private const string ManifestEntry = "Manifest";
    private const string FileEntryPrefix = "File";

    // What the zips that are being written or read hold so far.
    private static readonly ConditionalWeakTable<RepositoryWriter, Dictionary<SentenceModel, string>> Written = [];
    private static readonly ConditionalWeakTable<RepositoryReader, Dictionary<string, SentenceModel>> Loaded = [];

    /// <summary>Saves a model unless the zip has it already, and notes its place in the transformer's own stream.</summary>
    /// <exception cref="NotSupportedException">There is no zip, or a file is too large to be loaded again.</exception>
    public static void Save(ModelSaveContext context, SentenceModel model)
    {
        RepositoryWriter repository = context.Repository ?? throw new NotSupportedException("A sentence model is saved to a model.zip, not to a single stream.");
        Dictionary<SentenceModel, string> written = Written.GetOrCreateValue(repository);
        if (!written.TryGetValue(model, out string? directory))
        {
            directory = $"{DirectoryPrefix}{written.Count}";
            WriteFiles(repository, directory, model);
            written.Add(model, directory);
        }

        context.SaveNonEmptyString(directory);
    }

    /// <summary>Loads the model that a transformer's stream points to; transformers of one zip that share a model get the same instance.</summary>
    /// <exception cref="InvalidDataException">Something is missing or damaged; the message says what.</exception>
    public static SentenceModel Load(ModelLoadContext context)
    {
        RepositoryReader repository = context.Repository ?? throw new NotSupportedException("A sentence model is loaded from a model.zip, not from a single stream.");
        Dictionary<string, SentenceModel> loaded = Loaded.GetOrCreateValue(repository);
        string directory = context.LoadNonEmptyString();
        if (!loaded.TryGetValue(directory, out SentenceModel? model))
        {
            model = SentenceModel.Read(ReadFiles(repository, directory));
            loaded.Add(directory, model);
        }

        return model;
    }

    private static void WriteFiles(RepositoryWriter repository, string directory, SentenceModel model)
    {
        var files = new List<ModelManifest.File>();
        foreach (ModelFile file in model.Files)
        {
            if (file.Length > Array.MaxLength)
            {
                throw new NotSupportedException($"{file.Name} has {file.Length} bytes; a file of a saved pipeline has at most {Array.MaxLength}. Split the weights into several files.");
            }

            using Repository.Entry entry = repository.CreateEntry(directory, $"{FileEntryPrefix}{files.Count}");
            using var sha256 = SHA256.Create();
            using (var stream = new CryptoStream(entry.Stream, sha256, CryptoStreamMode.Write, leaveOpen: true))
            {
                file.CopyTo(stream);
            }

            files.Add(new ModelManifest.File(file.RelativePath, file.Length, sha256.Hash!));
        }

        using Repository.Entry manifest = repository.CreateEntry(directory, ManifestEntry);
        new ModelManifest(model.Name, files).Write(manifest.Stream);
    }

    private static InMemoryModelDirectory ReadFiles(RepositoryReader repository, string directory)
    {
        if (!directory.StartsWith(DirectoryPrefix, StringComparison.Ordinal) || !directory.Skip(DirectoryPrefix.Length).All(char.IsAsciiDigit))
        {
            throw new InvalidDataException($"The saved transformer points to '{directory}', which is not the place of a sentence model.");
        }

        ModelManifest manifest;
        using (Repository.Entry entry = Open(repository, directory, ManifestEntry, "the list of its files"))
        {
            manifest = ModelManifest.Read(entry.Stream);
        }

        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        for (int i = 0; i < manifest.Files.Count; i++)
        {
            ModelManifest.File file = manifest.Files[i];
            using Repository.Entry entry = Open(repository, directory, $"{FileEntryPrefix}{i}", file.RelativePath);
            files[file.RelativePath] = ReadFile(entry.Stream, file);
        }

        return new InMemoryModelDirectory(manifest.ModelName, files);
    }

    private static byte[] ReadFile(Stream stream, ModelManifest.File file)
    {
        if (stream.Length != file.Length || stream.Length > Array.MaxLength)
        {
            throw new InvalidDataException($"The saved sentence model's file '{file.RelativePath}' has {stream.Length} bytes, but {file.Length} were saved.");
        }

        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return SHA256.HashData(bytes).AsSpan().SequenceEqual(file.Hash)
            ? bytes
            : throw new InvalidDataException($"The saved sentence model's file '{file.RelativePath}' is damaged: its bytes are not the ones that were saved.");
    }

    private static Repository.Entry Open(RepositoryReader repository, string directory, string name, string content)
    {
        Repository.Entry? entry;
        try
        {
            entry = repository.OpenEntryOrNull(directory, name);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            throw new InvalidDataException($"The entry '{directory}/{name}' ({content}) of the saved sentence model cannot be read: {exception.Message}", exception);
        }

        return entry ?? throw new InvalidDataException($"The saved sentence model lacks the entry '{directory}/{name}' ({content}).");
    }
}
