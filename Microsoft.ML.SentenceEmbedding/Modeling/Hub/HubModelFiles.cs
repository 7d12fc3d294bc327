namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Which files of a repository make up a model: those that <see cref="SentenceModelReader"/> reads, and no others.</summary>
internal sealed class HubModelFiles
{
    /// <summary>The list of a model's modules.</summary>
    public const string ModulesFileName = "modules.json";

    private const string ConfigurationFileName = "config.json";
    private const string TokenizerFileName = "tokenizer.json";

    private static readonly string[] TokenizerSettings = ["tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"];

    // What a tokenizer is made of where there is no tokenizer.json.
    private static readonly string[] Vocabularies = ["vocab.txt", "vocab.json", "merges.txt", "sentencepiece.bpe.model", "spiece.model"];

    private static readonly string[] PickleFiles = ["pytorch_model.bin", "pytorch_model.bin.index.json"];

    // These have no weights.
    private static readonly string[] ModulesOfSettings = ["Pooling", "Normalize", "Dropout"];

    private readonly IHubFiles _files;
    private readonly HubRepository _repository;
    private readonly List<string> _settings = [];
    private readonly List<string> _weights = [];
    private readonly List<string> _absent = [];

    private HubModelFiles(IHubFiles files, HubRepository repository)
    {
        _files = files;
        _repository = repository;
    }

    /// <summary>Gets the paths, weights last: where the weights of a download that ended early are, all else is.</summary>
    public IReadOnlyCollection<string> Paths => [.. _settings.Concat(_weights).Distinct()];

    /// <summary>Gets the paths of files that the model could have and does not.</summary>
    public IReadOnlyCollection<string> Absent => _absent;

    /// <summary>Finds out which files the model has.</summary>
    /// <exception cref="FileNotFoundException">A file is missing without which there is no model.</exception>
    /// <exception cref="InvalidDataException">modules.json or the index of the weights is damaged, or names a path outside the repository.</exception>
    /// <exception cref="NotSupportedException">The weights are pickled.</exception>
    public static async Task<HubModelFiles> SelectAsync(IHubFiles files, HubRepository repository, CancellationToken cancellationToken)
    {
        var selected = new HubModelFiles(files, repository);
        if (!selected.TryAdd(ModulesFileName))
        {
            await selected.AddEncoderAsync(string.Empty, "Transformer", cancellationToken).ConfigureAwait(false);
            return selected;
        }

        selected.TryAdd("config_sentence_transformers.json");
        IReadOnlyList<ModuleEntry> modules = ModuleEntry.ReadAll(await files.OpenAsync(ModulesFileName, cancellationToken).ConfigureAwait(false));
        foreach (ModuleEntry module in modules)
        {
            await (module == modules[0]
                ? selected.AddEncoderAsync(module.Folder, module.Name, cancellationToken)
                : selected.AddModuleAsync(module.Folder, module.Name, cancellationToken)).ConfigureAwait(false);
        }

        return selected;
    }

    private async Task AddEncoderAsync(string folder, string type, CancellationToken cancellationToken)
    {
        _ = TransformerSettings.FileNames.Any(name => TryAdd(ModelPath.Combine(folder, name)));
        if (type == "Transformer")
        {
            Add(ModelPath.Combine(folder, ConfigurationFileName));
        }
        else
        {
            TryAdd(ModelPath.Combine(folder, ConfigurationFileName));
        }

        foreach (string name in TokenizerSettings)
        {
            TryAdd(ModelPath.Combine(folder, name));
        }

        string tokenizer = ModelPath.Combine(folder, TokenizerFileName);
        if (!TryAdd(tokenizer))
        {
            string[] vocabularies = [.. Vocabularies.Where(name => TryAdd(ModelPath.Combine(folder, name)))];
            if (vocabularies.Length == 0)
            {
                throw _files.Missing(tokenizer);
            }
        }

        await AddWeightsAsync(folder, cancellationToken).ConfigureAwait(false);
    }

    private async Task AddModuleAsync(string folder, string type, CancellationToken cancellationToken)
    {
        // Old models have no folder for Normalize: a repository keeps no empty ones.
        string configuration = ModelPath.Combine(folder, ConfigurationFileName);
        if (type == "Normalize")
        {
            TryAdd(configuration);
        }
        else
        {
            Add(configuration);
        }

        if (!ModulesOfSettings.Contains(type))
        {
            await AddWeightsAsync(folder, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task AddWeightsAsync(string folder, CancellationToken cancellationToken)
    {
        string weights = ModelPath.Combine(folder, TensorCollection.FileName);
        if (TryAdd(weights, _weights))
        {
            return;
        }

        string index = ModelPath.Combine(folder, TensorCollection.IndexFileName);
        if (TryAdd(index))
        {
            ModelFile file = await _files.OpenAsync(index, cancellationToken).ConfigureAwait(false);
            foreach (string shard in file.ReadJson().Get("weight_map").Properties().Select(tensor => tensor.Value.Text()).Distinct())
            {
                AddShard(folder, shard, file.Name);
            }

            return;
        }

        string graph = ModelPath.Combine(folder, "onnx/model.onnx");
        if (TryAdd(graph, _weights))
        {
            // Weights of more than 2 GB lie beside the graph.
            TryAdd(graph + "_data", _weights);
            return;
        }

        string? pickle = PickleFiles.Select(name => ModelPath.Combine(folder, name)).FirstOrDefault(_files.Contains);
        throw pickle is null ? _files.Missing(weights) : new NotSupportedException(
            $"{_repository.Name} has its weights in {pickle} only. Pickle files are not downloaded, because they can run code. Convert them in Python: "
            + $"SentenceTransformer(\"{_repository.Name}\").save(\"converted\", safe_serialization=True) writes {TensorCollection.FileName}, and SentenceModel.Load reads the directory.");
    }

    private void AddShard(string folder, string shard, string index)
    {
        HubPath.RequirePortable(shard, index);
        if (!shard.EndsWith(".safetensors", StringComparison.Ordinal))
        {
            throw new NotSupportedException($"{index}: the weights are in '{Excerpt.Of(shard)}', which is not supported; supported: files named *.safetensors.");
        }

        Add(ModelPath.Combine(folder, shard), _weights);
    }

    private void Add(string path, List<string>? kind = null)
    {
        if (!TryAdd(path, kind))
        {
            throw _files.Missing(path);
        }
    }

    // The order of the two kinds is what an interrupted download is understood by.
    private bool TryAdd(string path, List<string>? kind = null)
    {
        HubPath.RequirePortable(path, _repository.Name);
        bool contains = _files.Contains(path);
        (contains ? kind ?? _settings : _absent).Add(path);
        return contains;
    }
}
