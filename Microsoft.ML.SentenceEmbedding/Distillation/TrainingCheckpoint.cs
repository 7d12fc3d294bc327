namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The file from which a training goes on: a safetensors file with weights, moments, the best weights, and the rest of the state as JSON.</summary>
/// <remarks>A new checkpoint is written and flushed to the disk beside the old one before it takes its place: at any moment there is a whole one.</remarks>
internal sealed class TrainingCheckpoint
{
    private const string FileName = "checkpoint.safetensors";
    private const string Weights = "weights";
    private const string FirstMoments = "first_moments";
    private const string SecondMoments = "second_moments";
    private const string BestWeights = "best_weights";
    private const string StateJson = "state.json";

    private readonly IReadOnlyList<KeyValuePair<string, string>> _identity;

    /// <summary>Names the checkpoint of a training.</summary>
    public TrainingCheckpoint(string directory, IReadOnlyList<KeyValuePair<string, string>> identity)
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetFullPath(directory), FileName);
        _identity = identity;
    }

    /// <summary>Gets the file's full path.</summary>
    public string Path { get; }

    /// <summary>Writes the state of a training; when that fails, the checkpoint before stays.</summary>
    /// <exception cref="IOException">The file cannot be written, as on a full disk.</exception>
    public void Write(TrainingState state, float[] weights, AdamW optimizer)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        byte[] json = TrainingStateJson.Write(state, _identity);
        List<TensorContent> tensors =
        [
            Numbers(Weights, weights),
            Numbers(FirstMoments, optimizer.FirstMoments),
            Numbers(SecondMoments, optimizer.SecondMoments),
            new(StateJson, StoredDataType.UInt8, [json.Length], stream => stream.Write(json)),
        ];
        if (state.BestWeights is not null)
        {
            tensors.Add(Numbers(BestWeights, state.BestWeights));
        }

        string temporary = Path + ".new";
        bool begun = false;
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 20))
            {
                begun = true;
                SafetensorsWriter.Write(stream, tensors);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, Path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // .NET calls a length that the file system does not allow an argument.
            if (begun)
            {
                File.Delete(temporary);
            }

            throw new IOException($"The checkpoint {Path} cannot be written; the one before stays: {exception.Message}", exception);
        }
    }

    /// <summary>Reads the state of a training, or says that there is none yet.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or of another training.</exception>
    public bool TryRead(TrainingState state, float[] weights, AdamW optimizer)
    {
        if (!File.Exists(Path))
        {
            return false;
        }

        var file = ModelFile.OnDisk(Path, FileName);
        try
        {
            Read(file, state, weights, optimizer);
            return true;
        }
        finally
        {
            // Windows does not replace a file that is mapped, and the next checkpoint is to take this one's place.
            file.Close();
        }
    }

    private static TensorContent Numbers(string name, float[] values) => TensorContent.Of(name, [values.Length], values, WeightPrecision.Float32);

    private void Read(ModelFile file, TrainingState state, float[] weights, AdamW optimizer)
    {
        var tensors = SafetensorsReader.Read(file).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        TrainingStateJson.Read(JsonItem.Parse(Get(StateJson, StoredDataType.UInt8).Bytes, Path), Path, _identity, state);
        Copy(Weights, weights);
        Copy(FirstMoments, optimizer.FirstMoments);
        Copy(SecondMoments, optimizer.SecondMoments);
        if (state.BestScore is not null)
        {
            state.BestWeights = new float[weights.Length];
            Copy(BestWeights, state.BestWeights);
        }

        StoredTensor Get(string name, StoredDataType type) => tensors.TryGetValue(name, out var tensor) && tensor.DataType == type
            ? tensor
            : throw new InvalidDataException($"{Path} is no checkpoint of a training: it has no tensor '{name}' of the type {type}. Delete it to begin again.");

        void Copy(string name, float[] destination)
        {
            var tensor = Get(name, StoredDataType.Float32);
            if (tensor.ElementCount != destination.Length)
            {
                throw new InvalidDataException($"{Path}: the tensor '{name}' has {tensor.ElementCount} numbers, and this training {destination.Length}. Delete the file to begin again.");
            }

            tensor.CopyTo(destination);
        }
    }
}
