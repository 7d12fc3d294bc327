namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>One change to a model that loads, and the error or the meaning it has.</summary>
[TestClass]
public sealed class SentenceModelReaderTests
{
    private const string Modules = "modules.json";
    private const string Encoder = "config.json";
    private const string Transformer = "sentence_bert_config.json";
    private const string Sentence = "config_sentence_transformers.json";
    private const string Pooling = "1_Pooling/config.json";
    private const string Dense = "2_Dense/config.json";

    [TestMethod]
    [DataRow(Encoder, "hidden_size", null, "'hidden_size' is missing")]
    [DataRow(Encoder, "hidden_size", "null", "'hidden_size' is missing")]
    [DataRow(Encoder, "hidden_size", "\"32\"", "'hidden_size' is \"32\"")]
    [DataRow(Encoder, "hidden_size", "0", "'hidden_size' is 0")]
    [DataRow(Encoder, "hidden_size", "-32", "'hidden_size' is -32")]
    [DataRow(Encoder, "hidden_size", "32.5", "'hidden_size' is 32.5")]
    [DataRow(Encoder, "hidden_size", "1e300", "'hidden_size' is 1e300")]
    [DataRow(Encoder, "hidden_size", "4294967328", "'hidden_size' is 4294967328")]
    [DataRow(Encoder, "hidden_size", "36", "asks for [1408, 36]")]
    [DataRow(Encoder, "num_attention_heads", "5", "a divisor of hidden_size, which is 32")]
    [DataRow(Encoder, "num_attention_heads", "64", "'num_attention_heads' is 64")]
    [DataRow(Encoder, "num_hidden_layers", "0", "'num_hidden_layers' is 0")]
    [DataRow(Encoder, "num_hidden_layers", "1000000", "'encoder.layer.2.attention.self.query.weight' [32, 32] is missing")]
    [DataRow(Encoder, "intermediate_size", "57", "asks for [57, 32]")]
    [DataRow(Encoder, "vocab_size", "1409", "asks for [1409, 32]")]
    [DataRow(Encoder, "vocab_size", "1407", "1407")]
    [DataRow(Encoder, "vocab_size", "9223372036854775807", "'vocab_size' is 9223372036854775807")]
    [DataRow(Encoder, "type_vocab_size", "3", "asks for [3, 32]")]
    [DataRow(Encoder, "max_position_embeddings", "63", "asks for [63, 32]")]
    [DataRow(Encoder, "layer_norm_eps", "0", "'layer_norm_eps' is 0")]
    [DataRow(Encoder, "layer_norm_eps", "1e999", "'layer_norm_eps' is 1e999")]
    [DataRow(Encoder, "layer_norm_eps", "\"1e-12\"", "'layer_norm_eps'")]
    [DataRow(Encoder, "hidden_act", "{\"name\":\"gelu\"}", "'hidden_act'")]
    [DataRow(Encoder, "model_type", null, "'model_type' is missing")]
    [DataRow(Transformer, "max_seq_length", "0", "'max_seq_length' is 0")]
    [DataRow(Transformer, "max_seq_length", "65", "at most 64, the max_position_embeddings")]
    [DataRow(Transformer, "max_seq_length", "1", "sentence_bert_config.json: 'max_seq_length' is 1 and must be at least 2")]
    [DataRow(Transformer, "max_seq_length", "true", "'max_seq_length' is true")]
    [DataRow(Transformer, "do_lower_case", "\"yes\"", "'do_lower_case' is \"yes\"")]
    [DataRow(Sentence, "prompts", "[]", "'prompts' is []")]
    [DataRow(Sentence, "prompts", "{\"query\":1}", "'prompts.query' is 1")]
    [DataRow(Sentence, "default_prompt_name", "\"passage\"", "one of the prompts: query, document")]
    [DataRow(Sentence, "truncate_dim", "0", "'truncate_dim' is 0")]
    [DataRow(Pooling, "embedding_dimension", "31", "'embedding_dimension' is 31")]
    [DataRow(Pooling, "embedding_dimension", null, "'word_embedding_dimension' is missing")]
    [DataRow(Pooling, "pooling_mode", "[]", "at least one mode")]
    [DataRow(Pooling, "pooling_mode", "[\"mean\",\"mean\"]", "none twice")]
    [DataRow(Pooling, "pooling_mode", "1", "'pooling_mode' is 1")]
    [DataRow(Pooling, "pooling_mode", "[1]", "'pooling_mode[0]' is 1")]
    [DataRow(Pooling, "include_prompt", "0", "'include_prompt' is 0")]
    [DataRow(Dense, "in_features", "31", "'in_features' is 31")]
    [DataRow(Dense, "out_features", "21", "asks for [21, 32]")]
    [DataRow(Dense, "out_features", "-1", "'out_features' is -1")]
    [DataRow(Dense, "activation_function", null, "'activation_function' is missing")]
    [DataRow(Dense, "bias", "\"no\"", "'bias' is \"no\"")]
    public void A_wrong_value_is_named_with_its_file(string path, string key, string? json, string message)
    {
        EditableModel model = new EditableModel("bert-dense").Set(path, key, json);

        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => model.Load());

        Assert.Contains("bert-dense", exception.Message);
        Assert.Contains(message, exception.Message);
    }

    [TestMethod]
    [DataRow(Encoder, "model_type", "\"xlnet\"", "xlnet")]
    [DataRow(Encoder, "hidden_act", "\"laplace\"", "laplace")]
    [DataRow(Encoder, "position_embedding_type", "\"relative_key\"", "relative_key")]
    [DataRow(Encoder, "is_decoder", "true", "'is_decoder' is true")]
    [DataRow(Encoder, "quantization_config", "{\"quant_method\":\"gptq\"}", "gptq")]
    [DataRow(Transformer, "transformer_task", "\"fill-mask\"", "fill-mask")]
    [DataRow(Transformer, "modality_config", "{\"text\":{\"method_output_name\":\"pooler_output\"}}", "pooler_output")]
    [DataRow(Sentence, "model_type", "\"CrossEncoder\"", "CrossEncoder")]
    [DataRow(Sentence, "similarity_fn_name", "\"hamming\"", "hamming")]
    [DataRow(Pooling, "pooling_mode", "\"attention\"", "attention")]
    [DataRow(Dense, "activation_function", "\"torch.nn.modules.activation.PReLU\"", "PReLU")]
    [DataRow(Dense, "activation_function", "\"own.code.Tanh\"", "own.code.Tanh")]
    [DataRow(Dense, "module_input_name", "\"token_embeddings\"", "token_embeddings")]
    public void A_value_that_is_not_supported_is_named_with_what_is(string path, string key, string json, string found)
    {
        EditableModel model = new EditableModel("bert-dense").Set(path, key, json);

        NotSupportedException exception = Assert.ThrowsExactly<NotSupportedException>(() => model.Load());

        Assert.Contains($"bert-dense/{path}", exception.Message);
        Assert.Contains(found, exception.Message);
        Assert.Contains("supported: ", exception.Message);
    }

    [TestMethod]
    public void Numbers_where_the_configuration_says_integers_are_named()
    {
        EditableModel model = new EditableModel("bert-dense").Set(Encoder, "quantization_config", "{\"quant_method\":\"sentence-embedding-int8\"}");

        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => model.Load());

        Assert.Contains("'encoder.layer.0.attention.self.query.weight' holds", exception.Message);
        Assert.Contains("I8 is expected", exception.Message);
    }

    [TestMethod]
    [DataRow("[]", "lists no modules")]
    [DataRow("{}", "must be an array")]
    [DataRow("[1]", "'[0]' is 1")]
    [DataRow("""[{"path":""}]""", "'[0].type' is missing")]
    [DataRow("""[{"type":"sentence_transformers.models.Transformer"}]""", "'[0].path' is missing")]
    [DataRow("""[{"path":1,"type":"sentence_transformers.models.Transformer"}]""", "'[0].path' is 1")]
    [DataRow("""[{"path":"","type":1}]""", "'[0].type' is 1")]
    [DataRow("""[{"path":"../other","type":"sentence_transformers.models.Transformer"}]""", "'../other'")]
    [DataRow("""[{"path":"/","type":"sentence_transformers.models.Transformer"}]""", "'/'")]
    [DataRow("""[{"path":"C:\\models","type":"sentence_transformers.models.Transformer"}]""", "'C:\\models'")]
    [DataRow("", "not valid JSON")]
    [DataRow("[{}", "not valid JSON")]
    [DataRow("[] []", "not valid JSON")]
    [DataRow("""[{"path":"\udead","type":"x"}]""", "not valid JSON")]
    public void A_wrong_list_of_modules_is_named(string json, string message)
    {
        EditableModel model = new EditableModel("bert-dense").Write(Modules, json);

        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => model.Load());

        Assert.Contains("bert-dense/modules.json", exception.Message);
        Assert.Contains(message, exception.Message);
    }

    [TestMethod]
    public void A_list_of_modules_has_a_limit()
    {
        string[] types = ["sentence_transformers.models.Transformer", "sentence_transformers.models.Pooling", .. Enumerable.Repeat("sentence_transformers.models.Normalize", 62)];

        Assert.HasCount(63, WithModules(types).Load().Modules);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => WithModules([.. types, types[^1]]).Load()).Message;
        Assert.Contains("modules.json: ", message);
        Assert.Contains("at most 64 modules", message);
    }

    [TestMethod]
    public void Paths_of_modules_may_end_in_a_separator_or_be_a_dot()
    {
        EditableModel model = new EditableModel("bert-gelu-new").Write(Modules, """
            [{"path":".","type":"sentence_transformers.models.Transformer"},{"path":"1_Pooling/","type":"sentence_transformers.models.Pooling"}]
            """);

        Assert.AreEqual(1, model.Load().Modules.Count);
    }

    [TestMethod]
    [DataRow("Pooling", "Pooling", "Normalize")]
    [DataRow("Transformer", "Transformer", "Pooling")]
    [DataRow("Transformer", "Normalize", "Pooling")]
    [DataRow("Transformer", "Dense", "Pooling")]
    [DataRow("Transformer", "Pooling", "Pooling")]
    [DataRow("Transformer", "Pooling", "LSTM")]
    public void Modules_in_an_order_that_is_not_computed_are_named(params string[] names)
    {
        NotSupportedException exception = Assert.ThrowsExactly<NotSupportedException>(() => WithModules(names.Select(name => "sentence_transformers.models." + name)).Load());

        Assert.Contains("modules.json", exception.Message);
        Assert.Contains("type' is \"sentence_transformers.models.", exception.Message);
    }

    [TestMethod]
    public void A_module_that_comes_with_its_own_code_is_not_taken_for_ours()
    {
        NotSupportedException exception = Assert.ThrowsExactly<NotSupportedException>(() => WithModules(["own_code.Transformer"]).Load());

        Assert.Contains("own_code.Transformer", exception.Message);
    }

    [TestMethod]
    public void A_model_without_pooling_is_refused()
    {
        NotSupportedException exception = Assert.ThrowsExactly<NotSupportedException>(() => WithModules(["sentence_transformers.models.Transformer"]).Load());

        Assert.Contains("no Pooling", exception.Message);
    }

    [TestMethod]
    public void Deep_nesting_is_refused()
    {
        EditableModel model = new EditableModel("bert-dense").Write(Encoder, string.Concat(Enumerable.Repeat("{\"a\":", 100_000)));

        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => model.Load());

        Assert.Contains("bert-dense/config.json", exception.Message);
    }

    [TestMethod]
    [DataRow(Encoder)]
    [DataRow("tokenizer.json")]
    [DataRow("tokenizer_config.json")]
    public void Bytes_that_are_not_UTF8_are_refused(string path)
    {
        var model = new EditableModel("bert-dense");
        model[path] = new byte[] { (byte)'{', (byte)'"', 0xC0, 0x80, (byte)'"', (byte)':', (byte)'1', (byte)'}' };

        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => model.Load());

        Assert.Contains($"bert-dense/{path}", exception.Message);
        Assert.Contains("not UTF-8", exception.Message);
    }

    [TestMethod]
    [DataRow(Encoder)]
    [DataRow(Pooling)]
    [DataRow(Dense)]
    [DataRow("tokenizer.json")]
    [DataRow("model.safetensors")]
    [DataRow("2_Dense/model.safetensors")]
    public void A_missing_file_is_named(string path)
    {
        EditableModel model = new EditableModel("bert-dense").Remove(path);

        FileNotFoundException exception = Assert.ThrowsExactly<FileNotFoundException>(() => model.Load());

        Assert.Contains("bert-dense", exception.Message);
        Assert.Contains(Path.GetFileName(path), exception.Message);
        Assert.AreEqual(path, exception.FileName);
    }

    [TestMethod]
    [DataRow("tokenizer_config.json")]
    [DataRow(Transformer)]
    [DataRow(Sentence)]
    [DataRow("3_Normalize/config.json")]
    public void A_file_that_models_may_lack_is_not_missed(string path)
    {
        SentenceModel model = new EditableModel("bert-dense").Remove(path).Load();

        Assert.IsFalse(model.Files.Any(file => file.RelativePath == path));
    }

    [TestMethod]
    [DataRow("gelu_python", ActivationFunction.Gelu)]
    [DataRow("gelu_pytorch_tanh", ActivationFunction.GeluNew)]
    [DataRow("gelu_fast", ActivationFunction.GeluNew)]
    [DataRow("relu", ActivationFunction.Relu)]
    [DataRow("swish", ActivationFunction.Silu)]
    [DataRow("gelu_10", ActivationFunction.ClippedGelu)]
    [DataRow("quick_gelu", ActivationFunction.QuickGelu)]
    [DataRow("relu6", ActivationFunction.Relu6)]
    [DataRow("leaky_relu", ActivationFunction.LeakyRelu)]
    [DataRow("hardswish", ActivationFunction.Hardswish)]
    [DataRow("mish", ActivationFunction.Mish)]
    [DataRow("tanh", ActivationFunction.Tanh)]
    [DataRow("sigmoid", ActivationFunction.Sigmoid)]
    [DataRow("linear", ActivationFunction.Identity)]
    public void Names_of_activations_mean_what_they_mean_in_Python(string name, object activation) =>
        Assert.AreEqual(activation, ((BertConfiguration)new EditableModel("bert-dense").Set(Encoder, "hidden_act", $"\"{name}\"").Load().Encoder).Activation);

    [TestMethod]
    [DataRow("linear.Identity", ActivationFunction.Identity)]
    [DataRow("activation.Tanh", ActivationFunction.Tanh)]
    [DataRow("activation.Sigmoid", ActivationFunction.Sigmoid)]
    [DataRow("activation.ReLU", ActivationFunction.Relu)]
    [DataRow("activation.GELU", ActivationFunction.Gelu)]
    [DataRow("activation.SiLU", ActivationFunction.Silu)]
    [DataRow("activation.ReLU6", ActivationFunction.Relu6)]
    [DataRow("activation.LeakyReLU", ActivationFunction.LeakyRelu)]
    [DataRow("activation.ELU", ActivationFunction.Elu)]
    [DataRow("activation.CELU", ActivationFunction.Elu)]
    [DataRow("activation.SELU", ActivationFunction.Selu)]
    [DataRow("activation.Mish", ActivationFunction.Mish)]
    [DataRow("activation.Softplus", ActivationFunction.Softplus)]
    [DataRow("activation.Softsign", ActivationFunction.Softsign)]
    [DataRow("activation.Tanhshrink", ActivationFunction.Tanhshrink)]
    [DataRow("activation.Hardtanh", ActivationFunction.Hardtanh)]
    [DataRow("activation.LogSigmoid", ActivationFunction.LogSigmoid)]
    [DataRow("activation.Hardsigmoid", ActivationFunction.Hardsigmoid)]
    [DataRow("activation.Hardswish", ActivationFunction.Hardswish)]
    [DataRow("activation.Softshrink", ActivationFunction.Softshrink)]
    [DataRow("activation.Hardshrink", ActivationFunction.Hardshrink)]
    public void Activations_of_Dense_are_known(string name, object activation) =>
        Assert.AreEqual(
            activation,
            new EditableModel("bert-dense").Set(Dense, "activation_function", $"\"torch.nn.modules.{name}\"").Load().Modules.OfType<DenseModule>().Single().Activation);

    [TestMethod]
    public void Dense_without_bias_ignores_the_stored_one() =>
        Assert.IsNull(new EditableModel("bert-dense").Set(Dense, "bias", "false").Load().Modules.OfType<DenseModule>().Single().Bias);

    [TestMethod]
    [DataRow("""{"word_embedding_dimension":32}""", PoolingMode.Mean)]
    [DataRow("""{"word_embedding_dimension":32,"pooling_mode_cls_token":true,"pooling_mode_mean_tokens":false}""", PoolingMode.Cls)]
    [DataRow("""{"word_embedding_dimension":32,"pooling_mode_mean_sqrt_len_tokens":true,"pooling_mode_max_tokens":true,"pooling_mode_mean_tokens":false}""", PoolingMode.Max, PoolingMode.MeanSquareRootLength)]
    [DataRow("""{"word_embedding_dimension":32,"pooling_mode_lasttoken":true,"pooling_mode_weightedmean_tokens":true,"pooling_mode_cls_token":true}""", PoolingMode.Cls, PoolingMode.Mean, PoolingMode.WeightedMean, PoolingMode.LastToken)]
    [DataRow("""{"embedding_dimension":32,"pooling_mode":"MAX"}""", PoolingMode.Max)]
    [DataRow("""{"embedding_dimension":32,"pooling_mode":["lasttoken","weightedmean","cls","mean_sqrt_len_tokens"]}""", PoolingMode.LastToken, PoolingMode.WeightedMean, PoolingMode.Cls, PoolingMode.MeanSquareRootLength)]
    public void Pooling_reads_both_layouts(string json, params object[] modes)
    {
        SentenceModel model = new EditableModel("bert-gelu-new").Write(Pooling, json).Load();

        var pooling = (PoolingModule)model.Modules[0];
        CollectionAssert.AreEqual(modes.Cast<PoolingMode>().ToArray(), pooling.Modes.ToArray());
        Assert.AreEqual(32 * modes.Length, model.Dimensions);
        Assert.IsTrue(pooling.IncludePrompt);
    }

    [TestMethod]
    [DataRow("null", null, 32)]
    [DataRow("null", "37", 37)]
    [DataRow("null", "1000000000000000019884624838656", 64)]
    [DataRow("null", "100", 64)]
    [DataRow("45", "37", 45)]
    [DataRow("21", "37", 21)]
    [DataRow("64", "37", 64)]
    public void MaximumTokens_comes_from_the_file_that_Python_prefers(string transformer, string? tokenizer, int expected)
    {
        EditableModel model = new EditableModel("bert-gelu-new").Set(Transformer, "max_seq_length", transformer);
        SentenceModel loaded = (tokenizer is null ? model : model.Set("tokenizer_config.json", "model_max_length", tokenizer)).Load();

        Assert.AreEqual(expected, loaded.MaximumTokens);
    }

    [TestMethod]
    [DataRow("16", 16, 16, false)]
    [DataRow("32", 32, null, true)]
    [DataRow("500", 32, null, true)]
    public void Truncation_shortens_the_vector_and_ends_normalization(string truncation, int dimensions, int? truncated, bool normalized)
    {
        SentenceModel model = new EditableModel("bert-gelu-new").Set(Sentence, "truncate_dim", truncation).Load();

        Assert.AreEqual(dimensions, model.Dimensions);
        Assert.AreEqual(truncated, model.TruncateDimensions);
        Assert.AreEqual(normalized, model.IsNormalized);
    }

    [TestMethod]
    public void Without_a_list_of_modules_the_files_of_sentence_transformers_are_not_read()
    {
        SentenceModel model = new EditableModel("bert-cls-prompts-exclude").Remove(Modules).Load();

        Assert.AreEqual(PoolingMode.Mean, ((PoolingModule)model.Modules.Single()).Modes.Single());
        Assert.IsNull(model.DefaultPromptName);
        Assert.IsFalse(model.IsNormalized);
    }

    private static EditableModel WithModules(IEnumerable<string> types)
    {
        IEnumerable<string> modules = types.Select((type, index) => $$"""{"idx":{{index}},"name":"{{index}}","path":"","type":"{{type}}"}""");
        EditableModel model = new EditableModel("bert-dense").Write(Modules, $"[{string.Join(',', modules)}]");

        // Every module lies in the root here: one config.json serves the encoder and a Pooling.
        return model.Set(Encoder, "embedding_dimension", "32");
    }
}
