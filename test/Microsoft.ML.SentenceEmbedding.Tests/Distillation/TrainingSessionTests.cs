using System.Numerics.Tensors;

namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public class TrainingSessionTests
{
    // Float32 losses of a slightly moved model: their difference has about four digits.
    private const double SlopeTolerance = 0.01;

    private static readonly string[] Texts = TrainingData.Texts(24);

    [TestMethod]
    [DataRow("bert-mean-normalize", 0f)]
    [DataRow("bert-mean-normalize", 0.2f)]
    [DataRow("bert-gelu-new", 0f)]
    [DataRow("bert-relu", 0f)]
    [DataRow("bert-silu-one-head", 0f)]
    [DataRow("bert-cls", 0f)]
    [DataRow("bert-last-token", 0f)]
    [DataRow("bert-mean-sqrt-len", 0f)]
    [DataRow("bert-weighted-mean", 0f)]
    [DataRow("bert-cls-prompts-exclude", 0f)]
    [DataRow("bert-prompts-exclude", 0f)]
    public void LossFallsAlongItsGradientAsTheGradientSays(string name, float dropout)
    {
        var student = Require(name);
        using var data = Data(student);
        using var session = new TrainingSession(student, dropout, trainsEmbeddings: true);
        Accumulate(session, data);
        float[] gradient = [.. session.Gradient.Values];
        double norm = session.Gradient.Norm(threads: 1);
        float[] weights = [.. session.Weights];

        // One over the length: a move of this length changes every weight by little, and the loss by enough to be seen.
        double step = 2e-3 / norm;
        double above = LossAt(step);
        double below = LossAt(-step);
        Assert.AreEqual(1, (above - below) / (2 * step * norm * norm), SlopeTolerance);

        double LossAt(double distance)
        {
            TensorPrimitives.MultiplyAdd(gradient, (float)distance, weights, session.Weights);
            return Accumulate(session, data);
        }
    }

    [TestMethod]
    public void LossIsThatOfTheEncodersVectors()
    {
        foreach (string name in new[] { "bert-mean-normalize", "bert-prompts-exclude", "bert-cls-prompts-exclude", "bert-weighted-mean" })
        {
            var student = Require(name);
            using var data = Data(student);
            using var session = new TrainingSession(student, dropout: 0, trainsEmbeddings: true);
            using var encoder = new SentenceEncoder(student);
            float[] teacher = new float[student.Dimensions];
            double expected = 0;
            for (int row = 0; row < Texts.Length; row++)
            {
                data.Set.CopyTeacher(row, teacher);
                expected += Math.Pow(TensorPrimitives.Distance<float>(encoder.Encode(Texts[row]), teacher), 2);
            }

            expected /= Texts.Length * student.Dimensions;
            Assert.AreEqual(expected, Accumulate(session, data), expected * 1e-5, name);
        }
    }

    [TestMethod]
    public void PartsOfABatchAddUpToTheWhole()
    {
        var student = Require("bert-mean-normalize");
        using var data = Data(student);
        using var whole = new TrainingSession(student, dropout: 0, trainsEmbeddings: true);
        using var parts = new TrainingSession(student, dropout: 0, trainsEmbeddings: true);
        double loss = Accumulate(whole, data);
        float weight = 1f / (Texts.Length * student.Dimensions);
        int[] rows = [.. Enumerable.Range(0, Texts.Length)];
        double sum = parts.Accumulate(data.Set, rows.AsMemory(..7), weight, default, threads: 1) + parts.Accumulate(data.Set, rows.AsMemory(7..), weight, default, threads: 1);
        Assert.AreEqual(loss, sum, loss * 1e-6);
        Assert.IsLessThanOrEqualTo(1e-6, TrainingGoldens.RelativeDistance(whole.Gradient.Values, parts.Gradient.Values, new float[whole.Gradient.Values.Length]));
    }

    [TestMethod]
    public void FrozenEmbeddingsHaveNoGradientAndTheLayersHaveTheSame()
    {
        var student = Require("bert-mean-normalize");
        using var data = Data(student);
        using var session = new TrainingSession(student, dropout: 0, trainsEmbeddings: true);
        using var frozen = new TrainingSession(student, dropout: 0, trainsEmbeddings: false);
        Accumulate(session, data);
        Accumulate(frozen, data);
        Assert.HasCount(frozen.Layout.LayersEnd, frozen.Gradient.Values);
        Assert.AreSequenceEqual(session.Gradient.Values[..frozen.Layout.LayersEnd], frozen.Gradient.Values);
    }

    [TestMethod]
    [DataRow(1, 17, new[] { 1 })]
    [DataRow(32, 17, new[] { 32 })]
    [DataRow(33, 17, new[] { 17, 16 })]
    [DataRow(64, 17, new[] { 32, 32 })]
    [DataRow(64, 128, new[] { 16, 16, 16, 16 })]
    [DataRow(3, 3000, new[] { 1, 1, 1 })]
    public void PartsOfLongTextsHaveFewerTexts(int texts, int length, int[] expected)
    {
        var parts = TrainingSession.Divide(new int[texts], _ => length);
        Assert.AreSequenceEqual(expected, parts.Select(part => part.GetOffsetAndLength(texts).Length).ToArray());
    }

    [TestMethod]
    public void PartsCoverABatchOfAllLengthsInOrderAndEvenly()
    {
        int[] rows = [.. Enumerable.Range(1, 500)];
        var parts = TrainingSession.Divide(rows, row => row);
        Assert.HasCount(64, parts);
        Assert.AreSequenceEqual(rows, parts.SelectMany(part => rows[part]).ToArray());
        double mean = rows.Sum() / 64.0;
        Assert.IsTrue(parts.All(part => Math.Abs(rows[part].Sum() - mean) <= 500));
    }

    [TestMethod]
    public void ErrorOfAPartIsTheCallers()
    {
        var student = Require("bert-mean-normalize");
        using var vectors = TeacherVectorFile.CreateTemporary(Path.GetTempPath(), student.Dimensions);
        using var builder = new TrainingSetBuilder(student, vectors, "the test's teacher");
        for (int row = 0; row < Texts.Length; row++)
        {
            builder.Add(Texts[row], vector => Array.Fill(vector, 1));
        }

        var examples = builder.Build();
        vectors.Truncate(Texts.Length / 2);
        using var session = new TrainingSession(student, dropout: 0, trainsEmbeddings: true);
        int[] rows = [.. Enumerable.Range(0, Texts.Length)];
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => session.Accumulate(examples, rows, 1, default, threads: 2));
    }

    [TestMethod]
    [DataRow("bert-dense", "DenseModule")]
    [DataRow("bert-cased-max", "Max")]
    [DataRow("bert-concat", "Pooling")]
    [DataRow("bert-truncate-dim", "truncate_dim")]
    public void StudentThatCannotBeTrainedIsRefusedByItsPart(string name, string part)
    {
        var student = Require(name);
        string message = Assert.ThrowsExactly<NotSupportedException>(() => new TrainingSession(student, dropout: 0, trainsEmbeddings: true)).Message;
        Assert.Contains(part, message);
        Assert.Contains(name, message);
    }

    private static SentenceModel Require(string name)
    {
        if (!TinyModels.Names.Contains(name))
        {
            Assert.Inconclusive($"Skipped: the tiny model {name} is not in the repository, and the shared reference data is not beside it.");
        }

        return SentenceModel.Load(TinyModels.Directory(name));
    }

    // Any vectors will do: those of the reversed texts are different from the student's own, and of the right kind.
    private static TrainingData Data(SentenceModel student)
    {
        using var encoder = new SentenceEncoder(student);
        return TrainingData.Of(student, Texts, encoder.Encode([.. Texts.Reverse()]));
    }

    private static double Accumulate(TrainingSession session, TrainingData data)
    {
        session.Gradient.Clear();
        int[] rows = [.. Enumerable.Range(0, Texts.Length)];
        return session.Accumulate(data.Set, rows, 1f / (rows.Length * data.Set.Dimensions), (1, 2, 3), threads: 2);
    }
}
