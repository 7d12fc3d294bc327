using System.Globalization;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class ModelCardTests
{
    private const string Base = "sentence-transformers/all-MiniLM-L6-v2";

    [TestMethod]
    public void Front_matter_has_what_the_hub_reads()
    {
        string[] lines = FrontMatter(ModelCard.Write(Result(), Options(), Base, "apache-2.0"));

        string[] expected =
        [
            "license: \"apache-2.0\"",
            "library_name: sentence-transformers",
            "pipeline_tag: sentence-similarity",
            "tags:",
            "- sentence-transformers",
            "- sentence-similarity",
            "- feature-extraction",
            "- dense",
            "- ml.net",
            "- generated_from_trainer",
            "- dataset_size:39000",
            "- loss:MSELoss",
            $"base_model: \"{Base}\"",
            "metrics:",
            "- \"pearson_cosine\"",
            "- \"spearman_cosine\"",
            "- \"negative_mse\"",
            "model-index:",
            "- name: \"all-MiniLM-L6-v2\"",
            "  results:",
            "  - task:",
            "      type: semantic-similarity",
            "      name: Semantic Similarity",
            "    dataset:",
            "      name: \"sts dev\"",
            "      type: \"sts-dev\"",
            "    metrics:",
            "    - type: \"pearson_cosine\"",
            "      value: 0.8612",
            "      name: \"Pearson Cosine\"",
            "    - type: \"spearman_cosine\"",
            "      value: 0.8601",
            "      name: \"Spearman Cosine\"",
        ];
        CollectionAssert.AreEqual(expected, lines[..expected.Length]);
        CollectionAssert.Contains(lines, "      type: knowledge-distillation");
        CollectionAssert.Contains(lines, "      value: -0.0456");
    }

    [TestMethod]
    public void Front_matter_leaves_out_an_unknown_license_and_a_base_model_that_is_no_name_on_the_hub()
    {
        string[] lines = FrontMatter(ModelCard.Write(Result(), Options(), "my models/first try"));

        Assert.IsFalse(lines.Any(line => line.StartsWith("license:", StringComparison.Ordinal) || line.StartsWith("base_model:", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Front_matter_leaves_out_metrics_that_are_not_finite()
    {
        var options = new DistillationOptions { Evaluators = [new NamedEvaluator("constant", "spearman_cosine")] };
        var metrics = new SentenceMetrics("spearman_cosine", [new("spearman_cosine", double.NaN)]);
        var result = Result() with { Log = [new DistillationEvaluation(1, 200, 0.0004, null, [metrics])] };

        string card = ModelCard.Write(result, options, Base);

        Assert.IsFalse(FrontMatter(card).Contains("model-index:"));
        StringAssert.Contains(card, "| **spearman_cosine** | **NaN** |");
    }

    [TestMethod]
    public void Sections_are_those_of_Pythons_cards()
    {
        string[] headings = [.. ModelCard.Write(Result(), Options(), Base).Split('\n').Where(line => line.StartsWith('#'))];

        string[] expected =
        [
            "# all-MiniLM-L6-v2",
            "## Model Details",
            "### Model Description",
            "### Full Model Architecture",
            "## Usage",
            "### Python (sentence-transformers)",
            "### C# (ML.NET)",
            "## Evaluation",
            "### Metrics",
            "#### Semantic Similarity",
            "#### Knowledge Distillation",
            "## Training Details",
            "### Training Dataset",
            "### Training Hyperparameters",
            "#### Non-Default Hyperparameters",
            "#### All Hyperparameters",
            "### Training Logs",
            "### Training Time",
            "### Framework Versions",
            "## Citation",
        ];
        CollectionAssert.AreEqual(expected, headings);
    }

    [TestMethod]
    public void Rows_have_as_many_cells_as_their_tables_have_columns()
    {
        string card = ModelCard.Write(Result(), Options(), Base, lengths: new TextLengths(4, 16.5, 61));

        IReadOnlyList<string[]> tables = Tables(card);

        Assert.HasCount(4, tables);
        foreach (string[] table in tables)
        {
            int columns = Cells(table[0]);
            Assert.IsTrue(table.Length >= 3 && columns >= 2, table[0]);
            CollectionAssert.AreEqual(Enumerable.Repeat(columns, table.Length).ToArray(), table.Select(Cells).ToArray());
        }
    }

    [TestMethod]
    public void Log_has_the_columns_of_the_published_card_and_its_saved_row_is_bold()
    {
        string[] log = Log(ModelCard.Write(Result(), Options(), Base));

        string[] expected =
        [
            "| Epoch | Step | Training Loss | Validation Loss | sts-dev_spearman_cosine | negative_mse | sts-test_spearman_cosine |",
            "| :-- | :-- | :-- | :-- | :-- | :-- | :-- |",
            "| 0.0000 | 0 | - | 0.003846 | 0.7048 | -0.3846 | 0.6512 |",
            "| **0.3279** | **200** | **0.000512** | **0.000455** | **0.8601** | **-0.0456** | **0.8050** |",
            "| 0.4918 | 300 | 0.000433 | 0.000460 | 0.8599 | -0.0461 | 0.8049 |",
        ];
        CollectionAssert.AreEqual(expected, log);
    }

    [TestMethod]
    public void Data_sets_of_one_evaluator_share_a_table_of_the_saved_state()
    {
        string card = ModelCard.Write(Result(), Options(), Base);

        StringAssert.Contains(card, "| Metric | sts-dev | sts-test |\n| :-- | :-- | :-- |\n| pearson_cosine | 0.8612 | 0.8099 |\n| **spearman_cosine** | **0.8601** | **0.8050** |\n");
        StringAssert.Contains(card, "| Metric | Value |\n| :-- | :-- |\n| **negative_mse** | **-0.0456** |\n");
    }

    [TestMethod]
    public void Without_evaluators_there_is_no_evaluation_and_the_log_has_the_losses()
    {
        var result = Result() with { Log = [new DistillationEvaluation(0, 0, null, 0.0038, []), new DistillationEvaluation(1, 200, 0.0005, 0.0004, [])] };

        string card = ModelCard.Write(result, new DistillationOptions { ValidationFraction = 0.025f }, Base);

        Assert.IsFalse(card.Contains("## Evaluation", StringComparison.Ordinal) || FrontMatter(card).Contains("metrics:"));
        CollectionAssert.AreEqual(
            new[] { "| Epoch | Step | Training Loss | Validation Loss |", "| :-- | :-- | :-- | :-- |", "| 0.0000 | 0 | - | 0.003800 |", "| **1.0000** | **200** | **0.000500** | **0.000400** |" },
            Log(card));
    }

    [TestMethod]
    public void Without_validation_its_losses_are_missing_and_its_texts_unmentioned()
    {
        var result = Result() with { ValidationTexts = 0, Log = [new DistillationEvaluation(1, 200, 0.0005, null, [])] };

        string card = ModelCard.Write(result, new DistillationOptions(), Base);

        Assert.IsFalse(card.Contains("Kept apart", StringComparison.Ordinal));
        Assert.AreEqual("| **1.0000** | **200** | **0.000500** | **-** |", Log(card)[^1]);
    }

    [TestMethod]
    public void Without_evaluations_there_is_no_log()
    {
        string card = ModelCard.Write(Result() with { Log = [] }, Options(), Base);

        Assert.IsFalse(card.Contains("### Training Logs", StringComparison.Ordinal));
        Assert.IsFalse(card.Contains("## Evaluation", StringComparison.Ordinal));
    }

    [TestMethod]
    public void Names_cannot_leave_their_cells_and_strings()
    {
        const string Name = "a|b`c\n\"d\"";
        var options = new DistillationOptions { Evaluators = [new NamedEvaluator(Name, "spearman_cosine")] };
        var metrics = new SentenceMetrics("spearman_cosine", [new("spearman_cosine", 0.5)]);
        var result = Result() with { Log = [new DistillationEvaluation(1, 200, 0.0005, null, [metrics])] };

        string card = ModelCard.Write(result, options, "x](y)|<b>");

        Assert.AreEqual("| Epoch | Step | Training Loss | Validation Loss | a\\|b\\`c \"d\"_spearman_cosine |", Log(card)[0]);
        CollectionAssert.Contains(FrontMatter(card), "      type: \"a|b`c\\n\\\"d\\\"\"");
        StringAssert.Contains(card, "- **Base model:** x\\](y)\\|\\<b\\>\n");
    }

    [TestMethod]
    public void Hyperparameters_that_were_changed_are_listed_apart()
    {
        string card = ModelCard.Write(Result(), new DistillationOptions { LearningRate = 3e-4f, Schedule = LearningRateSchedule.Cosine }, Base);

        StringAssert.Contains(card, "#### Non-Default Hyperparameters\n\n- `learning_rate`: 0.0003\n- `lr_scheduler_type`: cosine\n\n#### All Hyperparameters\n");
        StringAssert.Contains(card, "- `per_device_train_batch_size`: 64\n");
    }

    [TestMethod]
    public void Unchanged_options_have_no_list_of_changed_hyperparameters()
        => Assert.IsFalse(ModelCard.Write(Result(), new DistillationOptions(), Base).Contains("Non-Default", StringComparison.Ordinal));

    [TestMethod]
    public void Architecture_lists_the_modules()
    {
        string card = ModelCard.Write(Result(), Options(), Base);

        StringAssert.Contains(card, """
            ```
            SentenceTransformer(
              (0): Transformer({'max_seq_length': 256, 'architecture': 'BertModel', 'num_hidden_layers': 6, 'hidden_size': 384})
              (1): Pooling({'word_embedding_dimension': 384, 'pooling_mode': 'mean', 'include_prompt': True})
              (2): Normalize()
            )
            ```
            """.ReplaceLineEndings("\n"));
    }

    [TestMethod]
    public void Dense_layers_are_described()
    {
        SentenceModel model = SentenceModel.Load(TinyModels.Directory("bert-dense"));

        StringAssert.Contains(string.Join('\n', ModelArchitecture.Describe(model)), "(2): Dense({'in_features': 32, 'out_features': 20, 'bias': True, 'activation_function': 'Tanh'})");
    }

    [TestMethod]
    public void Text_lengths_are_told_where_they_are_known()
    {
        string card = ModelCard.Write(Result(), Options(), Base, lengths: new TextLengths(4, 16.514, 61));

        StringAssert.Contains(card, "| min | 4 tokens | 384 numbers |\n| mean | 16.51 tokens | 384 numbers |\n| max | 61 tokens | 384 numbers |\n");
    }

    [TestMethod]
    public void A_training_that_was_ended_early_says_where()
    {
        string card = ModelCard.Write(Result() with { Canceled = true, Steps = 300 }, Options(), Base);

        StringAssert.Contains(card, "1:02:03 hours without evaluations, ended early after step 300 of 610.\n");
    }

    [TestMethod]
    public void The_card_is_the_same_in_every_culture()
    {
        string expected = ModelCard.Write(Result(), Options(), Base);
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "−" } };
            Assert.AreEqual(expected, ModelCard.Write(Result(), Options(), Base));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    private static DistillationOptions Options() => new()
    {
        ValidationFraction = 0.025f,
        Evaluators = [new NamedEvaluator("sts-dev", "spearman_cosine"), new NamedEvaluator("", "negative_mse"), new NamedEvaluator("sts-test", "spearman_cosine")],
    };

    private static DistillationResult Result() => new(
        SentenceModel.Default,
        [
            new DistillationEvaluation(0, 0, null, 0.003846, Metrics(0.7, 0.7048, -0.3846, 0.66, 0.6512)),
            new DistillationEvaluation(0.327868, 200, 0.000512, 0.000455, Metrics(0.8612, 0.8601, -0.0456, 0.8099, 0.805)),
            new DistillationEvaluation(0.491803, 300, 0.000433, 0.00046, Metrics(0.8613, 0.8599, -0.0461, 0.8098, 0.8049)),
        ],
        Texts: 39_000,
        ValidationTexts: 1_000,
        TotalSteps: 610,
        Steps: 610,
        BestStep: 200,
        TrainingTime: new TimeSpan(1, 2, 3),
        Canceled: false);

    private static SentenceMetrics[] Metrics(double devPearson, double devSpearman, double negativeMse, double testPearson, double testSpearman) =>
    [
        new("spearman_cosine", [new("pearson_cosine", devPearson), new("spearman_cosine", devSpearman)]),
        new("negative_mse", [new("negative_mse", negativeMse)]),
        new("spearman_cosine", [new("pearson_cosine", testPearson), new("spearman_cosine", testSpearman)]),
    ];

    /// <summary>Gives the lines between the first two fences; the card must begin with one.</summary>
    private static string[] FrontMatter(string card)
    {
        string[] lines = card.Split('\n');
        Assert.AreEqual("---", lines[0]);
        return lines[1..Array.IndexOf(lines, "---", 1)];
    }

    private static string[] Log(string card) => Tables(card[card.IndexOf("### Training Logs", StringComparison.Ordinal)..])[0];

    private static IReadOnlyList<string[]> Tables(string card)
        => [.. card.Split("\n\n").Select(block => block.Split('\n').Where(line => line.StartsWith('|')).ToArray()).Where(table => table.Length > 0)];

    private static int Cells(string row) => row.Replace("\\|", string.Empty, StringComparison.Ordinal).Count(character => character == '|') - 1;
}
