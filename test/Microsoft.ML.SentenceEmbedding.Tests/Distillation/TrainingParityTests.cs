namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Trainings that PyTorch did, repeated.</summary>
[TestClass]
public class TrainingParityTests
{
    // A key's bias adds the same to all of a query's scores, which softmax takes out again: its gradient is rounding noise around 0, which AdamW scales up to a movement.
    private const string WithoutGradient = "attention.self.key.bias";

    private static readonly DistillationOptions TinyOptions = new() { LearningRate = 1e-3f, WeightDecay = 0.01f, MaximumGradientNorm = 0.5f };

    [TestMethod]
    public void FirstGradientsAreThoseOfPyTorch()
    {
        using var goldens = new TrainingGoldens("tiny-bert");
        using var data = Data(goldens, out var student);
        using var session = new TrainingSession(student, dropout: 0, trainsEmbeddings: true);
        int batch = goldens.Root.GetProperty("batches")[0].GetArrayLength();
        session.Accumulate(data.Set, Enumerable.Range(0, batch).ToArray(), 1f / (batch * student.Dimensions), default, threads: 1);
        double worst = 0;
        int count = 0;
        foreach (var (name, expected, parameter) in Tensors(goldens, "first_gradients", session))
        {
            var actual = session.Gradient.Values.AsSpan(parameter.Offset, parameter.Length);
            double distance = TrainingGoldens.RelativeDistance(expected, actual, new float[expected.Length]);
            Assert.IsLessThanOrEqualTo(1e-5, distance, name);
            worst = Math.Max(worst, distance);
            count++;
        }

        ParityReport.Add($"first gradients of {count} tensors of a tiny BERT against PyTorch: largest relative distance {worst:E1}");
    }

    [TestMethod]
    public void TwentyStepsOfATinyModelAreThoseOfPyTorch()
    {
        using var goldens = new TrainingGoldens("tiny-bert");
        using var data = Data(goldens, out var student);
        using var session = new TrainingSession(student, dropout: 0, trainsEmbeddings: true);
        float[] start = [.. session.Weights];
        var (loss, norm) = goldens.Train(session, data.Set, TinyOptions);
        Assert.IsLessThanOrEqualTo(1e-5, loss);
        Assert.IsLessThanOrEqualTo(1e-5, norm);
        double worst = 0;
        foreach (var (name, expected, parameter) in Tensors(goldens, "final_parameters", session))
        {
            var range = parameter.Offset..parameter.End;
            double distance = TrainingGoldens.RelativeDistance(expected, session.Weights.AsSpan(range), start.AsSpan(range));
            Assert.IsLessThanOrEqualTo(1e-4, distance, name);
            worst = Math.Max(worst, distance);
        }

        ParityReport.Add($"20 training steps of a tiny BERT against PyTorch: loss within {loss:E1}, gradient norm within {norm:E1}, final weights within {worst:E1} of the distance moved");
    }

    [TestMethod]
    public void FortyStepsOfTheCardsStudentAreThoseOfPyTorch()
    {
        using var goldens = new TrainingGoldens("all-MiniLM-L6-v2-layers-0-3");
        string[] lines = [.. CompressedText.Lines(SharedData.Require("data/sentences/sentences.txt.gz"))];
        string[] texts = [.. Enumerable.Range(0, 40).SelectMany(step => lines.Skip(6400 * step).Take(64))];
        var student = SentenceModel.Default.KeepLayers(0, 3);
        using var data = TrainingData.Of(student, SentenceModel.Default, texts);
        using var session = new TrainingSession(student, dropout: 0, trainsEmbeddings: true);
        var (loss, norm) = goldens.Train(session, data.Set, new DistillationOptions());
        Assert.IsLessThanOrEqualTo(1e-4, loss);
        Assert.IsLessThanOrEqualTo(1e-4, norm);
        double worst = 0;
        foreach (var tensor in goldens.Root.GetProperty("final_parameter_norms").EnumerateObject().Where(tensor => !tensor.Name.EndsWith(WithoutGradient, StringComparison.Ordinal)))
        {
            var parameter = session.Layout.Parameters.Single(parameter => parameter.Name == tensor.Name);
            double length = Math.Sqrt(session.Weights.AsSpan(parameter.Offset, parameter.Length).ToArray().Sum(weight => (double)weight * weight));
            worst = Math.Max(worst, Math.Abs(length / tensor.Value.GetDouble() - 1));
        }

        Assert.IsLessThanOrEqualTo(1e-5, worst);
        ParityReport.Add($"40 training steps of layers 0 and 3 of all-MiniLM-L6-v2 against PyTorch: loss within {loss:E1}, gradient norm within {norm:E1}, final norms within {worst:E1}");
    }

    private static IEnumerable<(string Name, float[] Expected, TrainingParameter Parameter)> Tensors(TrainingGoldens goldens, string group, TrainingSession session)
        => goldens.Root.GetProperty(group).EnumerateObject()
            .Where(tensor => !tensor.Name.EndsWith(WithoutGradient, StringComparison.Ordinal))
            .Select(tensor => (tensor.Name, TrainingGoldens.Tensor(tensor.Value), session.Layout.Parameters.Single(parameter => parameter.Name == tensor.Name)));

    private static TrainingData Data(TrainingGoldens goldens, out SentenceModel student)
    {
        student = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));
        int dimensions = student.Dimensions;
        return TrainingData.Of(
            student,
            [.. goldens.Root.GetProperty("batches").EnumerateArray().SelectMany(batch => batch.EnumerateArray()).Select(text => text.GetString()!)],
            [.. goldens.Root.GetProperty("targets").EnumerateArray().SelectMany(target => TrainingGoldens.Tensor(target).Chunk(dimensions))]);
    }
}
